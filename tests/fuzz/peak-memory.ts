import { indexObject, objectSlice, parseCalendar, toUtf8, validateObject } from '@dayport/core/ical'

/** Run by itself, as `node peak-memory.ts`: how far taking in a fold bomb raises this process's peak of resident memory, in bytes. */
const folds = 3_300_000
const begin = 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTART:20260101T000000Z\r\nSUMMARY:'
const end = 'x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n'

/** Written in place: strings on the way would be part of the peak that is measured from. */
const bomb = (count: number): Uint8Array => {
  const bytes = Buffer.alloc(begin.length + 3 * count + end.length)
  bytes.write(begin, 'latin1')
  bytes.fill('\r\n ', begin.length, begin.length + 3 * count, 'latin1')
  bytes.write(end, begin.length + 3 * count, 'latin1')
  return bytes
}

/** What a PUT does with the bytes, and a feed after it. */
const takeIn = (bytes: Uint8Array): void => {
  const document = parseCalendar(toUtf8(bytes).bytes)
  validateObject(document)
  const { uid } = indexObject(document)
  if (uid !== 'u' || objectSlice(bytes).body.length === 0) throw new Error('expected the event to be read')
}

for (let i = 0; i < 50; i++) takeIn(bomb(1000)) // compiled, and the heap as big as it gets by that
const bytes = bomb(folds)
const beforeKb = process.resourceUsage().maxRSS
takeIn(bytes)
const afterKb = process.resourceUsage().maxRSS
process.stdout.write(JSON.stringify({ bytes: bytes.length, peak: (afterKb - beforeKb) * 1024 }))
