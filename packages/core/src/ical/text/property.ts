import { CR, decode, decodeFolded, LF } from './bytes.ts'
import type { Parameter, Property } from './model.ts'
import { upper } from './names.ts'
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
    if (this.#params === undefined && !mayName(this.bytes, this.nameEnd, this.colon, name)) return undefined
    for (const parameter of this.params) if (parameter.name === name) return parameter.values[0]
    return undefined
  }

  /** Unfolded, decoded text of a part of the line. */
  text(start: number, end: number): string {
    return this.folded ? decodeFolded(this.bytes, start, end) : decode(this.bytes, start, end)
  }
}

/**
 * False when the octets of parameters certainly name no such parameter: most lines are asked for a TZID and have none. Beyond ASCII
 * there are letters whose upper case is within, and a fold may stand inside a name.
 */
function mayName(bytes: Uint8Array, start: number, end: number, name: string): boolean {
  const first = name.charCodeAt(0)
  for (let i = start; i < end; i++) {
    const octet = bytes[i] as number
    if (octet >= 0x80 || octet === CR || octet === LF) return true
    if (upper(octet) === first && isUpper(bytes, i, name)) return true
  }
  return false
}

function isUpper(bytes: Uint8Array, start: number, name: string): boolean {
  for (let i = 1; i < name.length; i++) if (upper(bytes[start + i] as number) !== name.charCodeAt(i)) return false
  return true
}
