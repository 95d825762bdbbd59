import { BACKSLASH, type ByteSink, CR, decode, LF, SPACE } from './bytes.ts'

/** RFC 5545 §3.1: "Lines of text SHOULD NOT be longer than 75 octets, excluding the line break." */
const maxOctets = 75

/**
 * Writes one unfolded content line, folded at 75 octets (the leading space of a continuation counts) and ended with CRLF.
 * Never cuts a UTF-8 sequence, nor, where it can be helped, an escape pair or a grapheme. Octets that are not UTF-8 are cut anywhere.
 */
export const writeFolded = (sink: ByteSink, content: Uint8Array): void => {
  let from = 0
  let room = maxOctets
  while (content.length - from > room) {
    const to = cutAt(content, from, from + room)
    sink.write(content, from, to)
    sink.octet(CR)
    sink.octet(LF)
    sink.octet(SPACE)
    from = to
    room = maxOctets - 1
  }
  sink.write(content, from)
  sink.octet(CR)
  sink.octet(LF)
}

/** The best place to cut at or before `limit`, behind `from`. */
const cutAt = (content: Uint8Array, from: number, limit: number): number => {
  const whole = sequenceStart(content, limit)
  if (whole <= from) return limit
  for (let to = whole; to > from && whole - to < maxRetreat; to = sequenceStart(content, to - 1)) {
    if (!cutsEscape(content, from, to) && !cutsGrapheme(content, to)) return to
  }
  return whole
}

/** How far a cut may move back to keep an escape pair or a grapheme whole. */
const maxRetreat = 40

/** Where the UTF-8 sequence around an offset begins; the offset itself for octets that are none. */
const sequenceStart = (content: Uint8Array, at: number): number => {
  let start = at
  for (let back = 0; back < 3 && isContinuation(content[start]); back++) start--
  return isContinuation(content[start]) ? at : start
}

/** After an odd number of backslashes the last one escapes what follows. */
const cutsEscape = (content: Uint8Array, from: number, at: number): boolean => {
  let start = at
  while (start > from && content[start - 1] === BACKSLASH) start--
  return (at - start) % 2 === 1
}

/** Combining marks, variation selectors, skin tones and joiners belong to the character before them. */
const cutsGrapheme = (content: Uint8Array, at: number): boolean => {
  const lead = content[at] ?? 0
  if (content[at - 3] === 0xe2 && content[at - 2] === 0x80 && content[at - 1] === 0x8d) return true // behind a joiner
  if (lead < 0xcc) return false
  return extending.test(decode(content, at, at + (lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4)))
}

const extending = /^[\p{M}\p{Emoji_Modifier}\u200d]/u

const isContinuation = (octet: number | undefined): boolean => octet !== undefined && (octet & 0xc0) === 0x80
