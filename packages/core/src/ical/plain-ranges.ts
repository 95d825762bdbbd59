import { defaultObjectLimits } from '../limits.ts'

/** One component directly below VCALENDAR, by the octets of its lines. */
export interface SliceRange {
  /** First octet of its BEGIN line. */
  readonly start: number
  /** First octet behind its END line. */
  readonly end: number
  readonly isTimezone: boolean
}

// Of this module's own, as in text/scan.ts: the loop below meets every octet of a feed.
const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const TAB = 0x09
const COLON = 0x3a
const BOM = 0xef

/** RFC 5545 §3.1: 75 octets without the line break. */
const maxOctets = 75
const { maxBytes, maxLines, maxComponents, maxDepth } = defaultObjectLimits

/** `BEGIN:` and `END:` by their letters in lower case. */
const begin = [0x62, 0x65, 0x67, 0x69, 0x6e]
const end = [0x65, 0x6e, 0x64]
const vcalendar = [...'vcalendar'].map((char) => char.charCodeAt(0))
const vtimezone = [...'vtimezone'].map((char) => char.charCodeAt(0))

/** What {@link plainRanges} found. */
export interface PlainRanges {
  readonly ranges: readonly SliceRange[]
  /** True when no line has more than 75 octets. */
  readonly isFolded: boolean
}

/**
 * The components of a text whose lines all end in CRLF, none of them blank, and whose BEGIN and END lines pair up. One pass over the
 * octets; no line is looked into but those two kinds. `null` for any text that needs the whole parser to be understood. The
 * parser's bounds on single lines and parameters, kept when the text was stored, are not asked again.
 */
export const plainRanges = (bytes: Uint8Array): PlainRanges | null => {
  const { length } = bytes
  if (length > maxBytes || length < 2 || bytes[length - 1] !== LF) return null
  const ranges: SliceRange[] = []
  // Where the names of the open components begin and end.
  const nameStarts: number[] = []
  const nameEnds: number[] = []
  let lines = 0
  let components = 0
  let childStart = 0
  let first = 0 // start of the content line
  let firstEnd = 0 // end of its first physical line
  let isDelimiter = false
  let isFolded = true
  for (let i = 0; i < length; ) {
    const start = i
    while ((bytes[i] as number) > CR) i++
    while (bytes[i] !== CR) {
      if (i >= length || bytes[i] === LF) return null
      i++
      while ((bytes[i] as number) > CR) i++
    }
    if (bytes[i + 1] !== LF || i === start) return null
    if (i - start > maxOctets) isFolded = false
    const lineEnd = i
    i += 2
    const lead = bytes[start] as number
    if (lead === SPACE || lead === TAB) {
      // A folded BEGIN or END is the parser's, and so is what could become one.
      if (start === 0 || isDelimiter || (firstEnd - first < 6 && isLetter(bytes[first] as number))) return null
      continue
    }
    if (++lines > maxLines || lead === BOM) return null
    first = start
    firstEnd = lineEnd
    isDelimiter = false
    const letter = lead | 0x20
    if (letter === 0x62 && isName(bytes, start, begin)) {
      const from = start + 6
      const after = bytes[start + 5]
      if (after === COLON) {
        if (!isPlainName(bytes, from, lineEnd)) return null
        if (++components > maxComponents || nameStarts.length >= maxDepth) return null
        if (nameStarts.length === 0 && !isWord(bytes, from, lineEnd, vcalendar)) return null
        if (nameStarts.length === 1) childStart = start
        nameStarts.push(from)
        nameEnds.push(lineEnd)
        isDelimiter = true
        continue
      }
      if (!goesOn(after)) return null
    } else if (letter === 0x65 && isName(bytes, start, end)) {
      const from = start + 4
      const after = bytes[start + 3]
      if (after === COLON) {
        const openStart = nameStarts.pop()
        const openEnd = nameEnds.pop()
        if (openStart === undefined || openEnd === undefined) return null
        if (!isSame(bytes, openStart, openEnd, from, lineEnd)) return null
        if (nameStarts.length === 1) {
          ranges.push({ start: childStart, end: i, isTimezone: isWord(bytes, from, lineEnd, vtimezone) })
        }
        isDelimiter = true
        continue
      }
      if (!goesOn(after)) return null
    }
    if (nameStarts.length === 0) return null
  }
  return nameStarts.length === 0 && components > 0 ? { ranges, isFolded } : null
}

const isLetter = (octet: number): boolean => (octet | 0x20) === 0x62 || (octet | 0x20) === 0x65

/** True when the lower-cased letters stand at `start`. */
const isName = (bytes: Uint8Array, start: number, letters: readonly number[]): boolean => {
  for (let i = 0; i < letters.length; i++) if (((bytes[start + i] as number) | 0x20) !== letters[i]) return false
  return true
}

/** True for an octet with which a longer name goes on: `ENDPOINT`, `BEGIN-X`. Parameters of BEGIN are for the parser. */
const goesOn = (octet: number | undefined): boolean => octet !== undefined && isNameOctet(octet)

const isNameOctet = (octet: number): boolean =>
  (octet >= 0x61 && octet <= 0x7a) ||
  (octet >= 0x41 && octet <= 0x5a) ||
  (octet >= 0x30 && octet <= 0x39) ||
  octet === 0x2d

const isPlainName = (bytes: Uint8Array, start: number, endAt: number): boolean => {
  for (let i = start; i < endAt; i++) if (!isNameOctet(bytes[i] as number)) return false
  return endAt > start
}

const isWord = (bytes: Uint8Array, start: number, endAt: number, letters: readonly number[]): boolean =>
  endAt - start === letters.length && isName(bytes, start, letters)

const isSame = (bytes: Uint8Array, aStart: number, aEnd: number, bStart: number, bEnd: number): boolean => {
  if (aEnd - aStart !== bEnd - bStart) return false
  for (let i = 0; i < aEnd - aStart; i++) if (bytes[aStart + i] !== bytes[bStart + i]) return false
  return true
}
