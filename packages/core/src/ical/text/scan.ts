import { nameOctets } from './names.ts'

// Of this module's own, not imported: module loaders that keep imports live look each one up, octet by octet.
const TAB = 0x09
const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const QUOTE = 0x22
const COLON = 0x3a
const SEMICOLON = 0x3b
const isName = nameOctets

/**
 * Walks over content lines, one {@link next} at a time, and holds the offsets of the line it stands on. One forward pass over
 * octets: nothing is copied or decoded. Lines end in CRLF, LF or CR; a line that begins with a space or tab continues the one
 * before it, also across blank lines; blank lines are passed over, and so is a BOM before a line. RFC 5545 §3.1.
 */
export class LineScanner {
  /** First octet of the line. */
  start = 0
  /** The `:` or `;` behind the name; -1 when the line does not begin with a name. */
  nameEnd = 0
  /** The `:` before the value; -1 for a line without one or with a name that is none: a malformed line. */
  colon = -1
  /** First octet of the line end, or the end of the input. */
  contentEnd = 0
  /** First octet behind the line end. */
  end: number
  /** True when the line spans several physical lines. */
  folded = false
  /** Octets that the folds take; the unfolded length is `contentEnd - start - foldOctets`. */
  foldOctets = 0
  /** Number of parameters. */
  parameters = 0
  /** True when quotes do not pair up, so that the first colon ended the parameters. */
  unbalanced = false

  readonly bytes: Uint8Array
  readonly #limit: number

  constructor(bytes: Uint8Array, from = 0) {
    this.bytes = bytes
    this.end = from
    this.#limit = bytes.length
  }

  /** Moves to the next line; `false` at the end. */
  next(): boolean {
    const { bytes } = this
    const limit = this.#limit
    let i = this.end
    for (;;) {
      const octet = bytes[i]
      if (octet === LF || octet === CR) i++
      else if (octet === 0xef && this.#isByteOrderMark(i)) i += 3
      else break
    }
    if (i >= limit) {
      this.end = limit
      return false
    }
    this.start = i
    this.folded = false
    this.foldOctets = 0
    this.parameters = 0
    this.unbalanced = false
    this.colon = -1
    i = this.#scanName(i)
    if (this.nameEnd === i && bytes[i] === SEMICOLON) i = this.#scanParameters(i)
    this.#scanRest(i)
    if (this.colon < 0 && this.parameters > 0) this.#firstColon()
    return true
  }

  /** Before a fold mark it stays part of its line: without it, what follows would continue the line before. */
  #isByteOrderMark(i: number): boolean {
    const { bytes } = this
    if (bytes[i + 1] !== 0xbb || bytes[i + 2] !== 0xbf) return false
    let next = i + 3
    while (bytes[next] === LF || bytes[next] === CR) next++
    return bytes[next] !== SPACE && bytes[next] !== TAB
  }

  /** To the `;` behind the name, past the `:`, or to whatever shows that this is no name. */
  #scanName(from: number): number {
    const { bytes } = this
    const limit = this.#limit
    this.nameEnd = -1
    let i = from
    let length = 0
    while (i < limit) {
      const octet = bytes[i] as number
      if (isName[octet] === 1) {
        length++
        i++
      } else if (octet === CR || octet === LF) {
        const next = this.#afterFold(i)
        if (next < 0) return i
        i = next
      } else {
        if (length === 0 || (octet !== COLON && octet !== SEMICOLON)) return i
        this.nameEnd = i
        if (octet === SEMICOLON) return i
        this.colon = i
        return i + 1
      }
    }
    return i
  }

  /** From the first `;` to behind the `:`, or to the line's end. */
  #scanParameters(from: number): number {
    const { bytes } = this
    const limit = this.#limit
    let quoted = false
    let i = from
    while (i < limit) {
      const octet = bytes[i] as number
      if (octet > SEMICOLON) {
        // Letters, most of all: nothing to decide.
      } else if (octet === QUOTE) quoted = !quoted
      else if (octet === SEMICOLON) {
        if (!quoted) this.parameters++
      } else if (octet === COLON) {
        if (!quoted) {
          this.colon = i
          return i + 1
        }
      } else if (octet === CR || octet === LF) {
        const next = this.#afterFold(i)
        if (next < 0) return i
        i = next
        continue
      }
      i++
    }
    return i
  }

  /** To the line's end. */
  #scanRest(from: number): void {
    const { bytes } = this
    const limit = this.#limit
    let i = from
    for (;;) {
      // Past the end an element is undefined, which is not greater: no bounds check in the loop that meets every octet.
      while ((bytes[i] as number) > CR) i++
      if (i >= limit) {
        this.contentEnd = limit
        this.end = limit
        return
      }
      const octet = bytes[i]
      if (octet !== CR && octet !== LF) {
        i++
        continue
      }
      const next = this.#afterFold(i)
      if (next < 0) {
        this.contentEnd = i
        this.end = octet === CR && i + 1 < limit && bytes[i + 1] === LF ? i + 2 : i + 1
        return
      }
      i = next
    }
  }

  /** Offset behind the fold mark when the line goes on after the line end at `i`, else -1. */
  #afterFold(i: number): number {
    const { bytes } = this
    const limit = this.#limit
    let j = i + 1
    while (j < limit && (bytes[j] === LF || bytes[j] === CR)) j++
    if (j >= limit || (bytes[j] !== SPACE && bytes[j] !== TAB)) return -1
    this.folded = true
    this.foldOctets += j + 1 - i
    return j + 1
  }

  /** Quotes that do not pair up hide the colon: then the first one of the line ends the parameters. */
  #firstColon(): void {
    for (let i = this.nameEnd; i < this.contentEnd; i++) {
      if (this.bytes[i] !== COLON) continue
      this.colon = i
      this.unbalanced = true
      return
    }
  }
}
