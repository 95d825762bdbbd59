/** The octets that content lines are made of. */
export const TAB = 0x09
export const LF = 0x0a
export const CR = 0x0d
export const SPACE = 0x20
export const COMMA = 0x2c
export const SEMICOLON = 0x3b
export const BACKSLASH = 0x5c

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

/** UTF-8 octets of a text; a lone surrogate becomes U+FFFD. */
export function toBytes(text: string): Uint8Array {
  return encoder.encode(text)
}

/** Longest slice that is decoded here instead of by TextDecoder, whose call costs more than the work. */
const shortSlice = 512
const units: number[] = new Array(shortSlice).fill(0)

/** Text of a slice without folds; octets that are not UTF-8 become U+FFFD. */
export function decode(bytes: Uint8Array, start: number, end: number): string {
  return shortText(bytes, start, end, false) ?? utf8.decode(bytes.subarray(start, end))
}

/** Text of a slice of one content line without its folds, see {@link unfold}. */
export function decodeFolded(bytes: Uint8Array, start: number, end: number): string {
  return shortText(bytes, start, end, true) ?? utf8.decode(unfold(bytes, start, end))
}

/** `null` for a slice that is long, and for octets that TextDecoder knows better. */
function shortText(bytes: Uint8Array, start: number, end: number, unfolds: boolean): string | null {
  if (end - start > shortSlice) return null
  let count = 0
  for (let i = start; i < end; ) {
    const lead = bytes[i] as number
    if (unfolds && (lead === CR || lead === LF)) {
      while (i < end && (bytes[i] === CR || bytes[i] === LF)) i++
      i++ // the fold mark
      continue
    }
    if (lead < 0x80) {
      units[count++] = lead
      i++
      continue
    }
    // Two octets: Cyrillic, Greek, accents. Whatever is longer, malformed or cut by a fold is TextDecoder's.
    const next = i + 1 < end ? (bytes[i + 1] as number) : 0
    if (lead < 0xc2 || lead > 0xdf || (next & 0xc0) !== 0x80) return null
    units[count++] = ((lead & 0x1f) << 6) | (next & 0x3f)
    i += 2
  }
  return String.fromCharCode.apply(null, units.slice(0, count))
}

/**
 * The octets of a slice of one content line without its folds. Every run of line ends inside a content line is followed by
 * one fold mark; blank lines inside a fold (old Mozilla files have them) go with it.
 */
export function unfold(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const out = new Uint8Array(end - start)
  let length = 0
  let i = start
  while (i < end) {
    const octet = bytes[i] as number
    if (octet !== CR && octet !== LF) {
      out[length++] = octet
      i++
      continue
    }
    while (i < end && (bytes[i] === CR || bytes[i] === LF)) i++
    i++ // the fold mark
  }
  return out.subarray(0, length)
}

/** Collects octets, growing as needed. */
export interface ByteSink {
  readonly length: number
  write(bytes: Uint8Array, start?: number, end?: number): void
  octet(value: number): void
  /** The last octet written; `undefined` while empty. */
  last(): number | undefined
  /** A copy of what was collected. */
  take(): Uint8Array
}

/** @param capacity first guess of the size in octets. */
export function createByteSink(capacity = 1024): ByteSink {
  let buffer = new Uint8Array(Math.max(16, capacity))
  let length = 0
  const reserve = (more: number) => {
    if (length + more <= buffer.length) return
    const next = new Uint8Array(Math.max(buffer.length * 2, length + more))
    next.set(buffer.subarray(0, length))
    buffer = next
  }
  return {
    get length() {
      return length
    },
    write(bytes, start = 0, end = bytes.length) {
      reserve(end - start)
      buffer.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), length)
      length += end - start
    },
    octet(value) {
      reserve(1)
      buffer[length++] = value
    },
    last: () => (length === 0 ? undefined : buffer[length - 1]),
    take: () => buffer.slice(0, length),
  }
}
