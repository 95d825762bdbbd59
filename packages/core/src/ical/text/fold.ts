import { type ByteSink, CR, LF, SPACE } from './bytes.ts'

/** RFC 5545 §3.1: "Lines of text SHOULD NOT be longer than 75 octets, excluding the line break." */
const maxOctets = 75
const BACKSLASH = 0x5c

/**
 * Writes one unfolded content line, folded at 75 octets (the leading space of a continuation counts) and ended with CRLF.
 * Never cuts a UTF-8 sequence, nor, where it can be helped, an escape pair. Octets that are not UTF-8 are cut anywhere.
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
  let to = limit
  for (let back = 0; back < 3 && isContinuation(content[to]); back++) to--
  if (isContinuation(content[to]) || to <= from) return limit
  let backslashes = 0
  while (to - 1 - backslashes > from && content[to - 1 - backslashes] === BACKSLASH) backslashes++
  return backslashes % 2 === 1 && to - 1 > from ? to - 1 : to
}

const isContinuation = (octet: number | undefined): boolean => octet !== undefined && (octet & 0xc0) === 0x80
