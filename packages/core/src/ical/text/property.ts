import { decode, unfold } from './bytes.ts'
import type { Parameter, Property } from './model.ts'
import { parseParameters } from './parameters.ts'

const noParameters: readonly Parameter[] = []

/** A property as a view over its document's octets: it keeps offsets, and decodes when asked. */
export class StoredProperty implements Property {
  readonly bytes: Uint8Array
  /** Upper case, without the group. */
  readonly name: string
  readonly start: number
  readonly nameEnd: number
  readonly colon: number
  readonly contentEnd: number
  readonly end: number
  readonly folded: boolean
  #params: readonly Parameter[] | undefined
  #value: string | undefined

  constructor(
    bytes: Uint8Array,
    name: string,
    line: {
      readonly start: number
      readonly nameEnd: number
      readonly colon: number
      readonly contentEnd: number
      readonly end: number
      readonly folded: boolean
    },
  ) {
    this.bytes = bytes
    this.name = name.slice(name.lastIndexOf('.') + 1)
    this.start = line.start
    this.nameEnd = line.nameEnd
    this.colon = line.colon
    this.contentEnd = line.contentEnd
    this.end = line.end
    this.folded = line.folded
  }

  /** The name as it is written, with its group: `item1.Note`. */
  get nameText(): string {
    return this.text(this.start, this.nameEnd)
  }

  get value(): string {
    this.#value ??= this.text(this.colon + 1, this.contentEnd)
    return this.#value
  }

  get params(): readonly Parameter[] {
    if (this.nameEnd === this.colon) return noParameters
    this.#params ??= parseParameters(this.text(this.nameEnd, this.colon))
    return this.#params
  }

  param(name: string): string | undefined {
    for (const parameter of this.params) if (parameter.name === name) return parameter.values[0]
    return undefined
  }

  /** Unfolded, decoded text of a part of the line. */
  text(start: number, end: number): string {
    if (!this.folded) return decode(this.bytes, start, end)
    const plain = unfold(this.bytes, start, end)
    return decode(plain, 0, plain.length)
  }
}
