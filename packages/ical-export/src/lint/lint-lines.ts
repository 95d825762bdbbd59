import type { LintLog } from './findings.ts'

const TAB = 0x09
const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const hugeBytes = 1024 * 1024

/** Offsets at which the physical lines begin; they end in CRLF, LF or CR. */
export const lineStarts = (bytes: Uint8Array): readonly number[] => {
  const starts = [0]
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === LF || (bytes[i] === CR && bytes[i + 1] !== LF)) starts.push(i + 1)
  }
  return starts
}

/** What can be said of the octets before anything is understood: RFC 5545 §3.1. */
export const lintLines = (bytes: Uint8Array, starts: readonly number[], log: LintLog): void => {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    log.add('byte-order-mark', 0, 'The file begins with a byte order mark; begin with BEGIN:VCALENDAR.')
  }
  if (bytes.length > hugeBytes) {
    const size = (bytes.length / 1024 / 1024).toFixed(1)
    log.add(
      'huge-file',
      0,
      `The file has ${size} MiB; some programs refuse more than one. Leave out what is long past.`,
    )
  }
  let isEndingTold = false
  for (let i = 0; i < starts.length; i++) {
    const start = starts[i] ?? 0
    const next = starts[i + 1] ?? bytes.length
    const end = contentEnd(bytes, start, next)
    if (!isEndingTold && (end === next ? next > start : bytes[end] === LF || bytes[end + 1] !== LF)) {
      isEndingTold = true
      log.add('line-ending', start, 'Lines must end in CR and LF, all of them, the last one too.')
    }
    if (end - start > 75) {
      log.add(
        'long-line',
        start,
        `The line has ${end - start} octets; fold at 75, counting the space that begins the rest.`,
      )
    }
    lintOctets(bytes, start, end, log)
  }
}

const contentEnd = (bytes: Uint8Array, start: number, next: number): number => {
  let end = next
  if (end > start && bytes[end - 1] === LF) end--
  if (end > start && bytes[end - 1] === CR) end--
  return end
}

const lintOctets = (bytes: Uint8Array, start: number, end: number, log: LintLog): void => {
  const lead = bytes[start]
  // A fold mark with the rest of a character behind it: the line before ends within that character.
  if ((lead === SPACE || lead === TAB) && isContinuation(bytes[start + 1])) {
    log.add('fold-inside-character', start, 'The fold cuts a character in two; fold between characters.')
  }
  for (let i = start; i < end; i++) {
    const octet = bytes[i] ?? 0
    if ((octet < SPACE && octet !== TAB) || octet === 0x7f) {
      const code = octet.toString(16).padStart(2, '0').toUpperCase()
      log.add('control-character', start, `The control character ${code} may not stand in a calendar; leave it out.`)
      return
    }
  }
}

const isContinuation = (octet: number | undefined): boolean => octet !== undefined && (octet & 0xc0) === 0x80
