import { decode, unfold } from './bytes.ts'
import type { Parameter, Property } from './model.ts'
import { parseParameters } from './parameters.ts'

const noParameters: readonly Parameter[] = []

/** Numbers that a line takes in a table of offsets: start, nameEnd, colon, contentEnd, end, and 1 when folded. */
export const lineStride = 6

/** A property as a view over its document's octets and table of offsets; it decodes when asked. */
export class StoredProperty implements Property {
  readonly bytes: Uint8Array
  /** Upper case, without the group. */
  readonly name: string
  readonly #offsets: Int32Array
  readonly #at: number
  #params: readonly Parameter[] | undefined
  #value: string | undefined

  /** @param name upper case, with its group. */
  constructor(bytes: Uint8Array, offsets: Int32Array, at: number, name: string) {
    this.bytes = bytes
    this.name = name.slice(name.lastIndexOf('.') + 1)
    this.#offsets = offsets
    this.#at = at
  }

  get start(): number {
    return this.#offsets[this.#at] as number
  }

  get nameEnd(): number {
    return this.#offsets[this.#at + 1] as number
  }

  get colon(): number {
    return this.#offsets[this.#at + 2] as number
  }

  get contentEnd(): number {
    return this.#offsets[this.#at + 3] as number
  }

  get end(): number {
    return this.#offsets[this.#at + 4] as number
  }

  get folded(): boolean {
    return this.#offsets[this.#at + 5] === 1
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
