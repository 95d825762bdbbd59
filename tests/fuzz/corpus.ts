import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'

const root = new URL('../../packages/core/test/fixtures/icalendar/', import.meta.url)

/** The sample files of core that are of a size that people have. */
export const samples: readonly Buffer[] = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ics'))
  .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`))
  .filter(({ length }) => length > 0 && length < 50_000)

/** Pieces that mean something to a reader of calendars, whole or broken. */
const tokens = [
  ...[
    'BEGIN:VEVENT\r\n',
    'END:VEVENT\r\n',
    'BEGIN:VCALENDAR\r\n',
    'END:VCALENDAR\r\n',
    'BEGIN:VALARM\r\n',
    'BEGIN:\r\n',
  ],
  ...[
    'RRULE:FREQ=SECONDLY\r\n',
    'RRULE:FREQ=YEARLY;BYWEEKNO=53;BYDAY=-1MO\r\n',
    'EXRULE:FREQ=DAILY\r\n',
    'RDATE:20260101\r\n',
  ],
  ...[
    'RECURRENCE-ID;RANGE=THISANDFUTURE:20260101T000000Z\r\n',
    'UID:x\r\n',
    'DTSTART;TZID=__proto__:00010101T000000\r\n',
  ],
  ...[
    'DTSTART;VALUE=DATE:99991231\r\n',
    'DURATION:-P999999999W\r\n',
    'DTEND:00010101T000000Z\r\n',
    'EXDATE;VALUE=DATE:20260329\r\n',
  ],
  ...[
    '\r\n ',
    '\n\t',
    '\r',
    '\n',
    '\0',
    '"',
    '^n',
    '\\',
    ';',
    ':',
    ',',
    '=',
    ';A="',
    ';TZID=',
    ';VALUE=DATE',
    '\ufeff',
    'ы',
    '\xff',
  ],
  ...[
    'FREQ=',
    'COUNT=0',
    'INTERVAL=999999999999',
    ';UNTIL=20260101',
    ';BYSETPOS=-366',
    ';WKST=SU',
    ';RSCALE=HEBREW;SKIP=FORWARD',
  ],
].map((text) => Buffer.from(text))

type Mutation = (bytes: Buffer) => Buffer

const splice = (bytes: Buffer, start: number, end: number, put: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(end)])

/** Offsets of the physical line that holds an octet. */
const lineAt = (bytes: Buffer, at: number): readonly [number, number] => {
  const start = bytes.lastIndexOf(0x0a, Math.max(0, at - 1)) + 1
  const end = bytes.indexOf(0x0a, at)
  return [Math.min(start, at), end < 0 ? bytes.length : end + 1]
}

const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const offset = (bytes: Buffer, where: number): number => Math.floor(where * bytes.length)

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(position, fc.nat(7)).map(
    ([where, bit]): Mutation =>
      (bytes) => {
        const changed = Buffer.from(bytes)
        const at = offset(bytes, where)
        if (at < bytes.length) changed[at] = changed[at]! ^ (1 << bit)
        return changed
      },
  ),
  position.map(
    (where): Mutation =>
      (bytes) =>
        splice(bytes, ...lineAt(bytes, offset(bytes, where)), Buffer.of()),
  ),
  fc.tuple(position, fc.integer({ min: 1, max: 40 })).map(
    ([where, times]): Mutation =>
      (bytes) => {
        const [start, end] = lineAt(bytes, offset(bytes, where))
        return splice(bytes, start, end, Buffer.concat(new Array<Buffer>(times + 1).fill(bytes.subarray(start, end))))
      },
  ),
  fc.tuple(position, position).map(
    ([from, to]): Mutation =>
      (bytes) => {
        const [start, end] = lineAt(bytes, offset(bytes, from))
        const line = Buffer.from(bytes.subarray(start, end))
        const rest = splice(bytes, start, end, Buffer.of())
        const [at] = lineAt(rest, offset(rest, to))
        return splice(rest, at, at, line)
      },
  ),
  fc.tuple(position, fc.constantFrom(...tokens), fc.nat(4)).map(
    ([where, token, over]): Mutation =>
      (bytes) => {
        const at = offset(bytes, where)
        return splice(bytes, at, Math.min(bytes.length, at + over), token)
      },
  ),
  fc.tuple(position, fc.constantFrom(...tokens)).map(
    ([where, token]): Mutation =>
      (bytes) => {
        const [start] = lineAt(bytes, offset(bytes, where))
        return splice(bytes, start, start, token)
      },
  ),
  fc.tuple(position, position).map(
    ([from, to]): Mutation =>
      (bytes) => {
        const [start, end] = [offset(bytes, from), offset(bytes, to)].sort((first, second) => first - second)
        return end! - start! < 200 ? splice(bytes, start!, end!, Buffer.of()) : bytes.subarray(0, end)
      },
  ),
)

/** A sample with some damage, or none. */
export const damagedFile: fc.Arbitrary<Buffer> = fc
  .tuple(fc.constantFrom(...samples), fc.array(mutation, { maxLength: 6 }))
  .map(([sample, mutations]) => mutations.reduce((bytes, mutate) => mutate(bytes), sample))

/** Any text, damaged in the same ways. */
export const damaged = (seeds: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...seeds), fc.array(mutation, { maxLength: 4 }))
    .map(([seed, mutations]) =>
      mutations.reduce<Buffer>((bytes, mutate) => mutate(bytes), Buffer.from(seed)).toString(),
    )
