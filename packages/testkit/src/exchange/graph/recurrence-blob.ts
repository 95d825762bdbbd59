import type { FakeEvent } from './fake-event.ts'

/** Id of the recurrence blob, in lower case. */
export const blobId = 'binary {00062002-0000-0000-c000-000000000046} id 0x8216'

/** AppointmentRecurrencePattern of MS-OXOCAL §2.2.1.44.1, as far as a reader of deleted days needs it: a daily pattern's shape. */
export const recurrenceBlob = (event: FakeEvent): string => {
  const minutes = (day: string) => Math.round((Date.parse(day) - Date.UTC(1601, 0, 1)) / 60_000)
  const gone = [...event.cancelled, ...event.exceptions.keys()].sort()
  const moved = [...event.exceptions.keys()].sort()
  const words: [2 | 4, number][] = [
    [2, 0x3004],
    [2, 0x3004],
    [2, 0x200a],
    [2, 0],
    [2, 0],
    [4, 0],
    [4, 1440],
    [4, 0],
    [4, 0x2023],
    [4, 10],
    [4, 0],
    [4, gone.length],
    ...gone.map((day): [4, number] => [4, minutes(day)]),
    [4, moved.length],
    ...moved.map((day): [4, number] => [4, minutes(day)]),
    [4, minutes(event.recurrence!.range.startDate)],
    [4, 0x5ae980df],
  ]
  const bytes = new Uint8Array(words.reduce((sum, [size]) => sum + size, 0))
  const data = new DataView(bytes.buffer)
  let at = 0
  for (const [size, value] of words) {
    if (size === 2) data.setUint16(at, value, true)
    else data.setUint32(at, value, true)
    at += size
  }
  return btoa(String.fromCharCode(...bytes))
}
