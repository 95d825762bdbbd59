import { describe, expect, it } from 'vitest'
import { digestOf } from '../digest.ts'
import type { ListItem } from '../list-item.ts'
import { createItemMapping } from '../mapping/index.ts'
import { keepRow, keptRevision } from '../wire/kept-row.ts'
import { rowOf } from './rows.ts'

const lines = (...events: readonly (readonly string[])[]): Uint8Array =>
  new TextEncoder().encode(
    [
      ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//T//T//EN'],
      ...events.flatMap((own) => ['BEGIN:VEVENT', 'UID:u', 'DTSTAMP:20260101T000000Z', ...own, 'END:VEVENT']),
      ...['END:VCALENDAR', ''],
    ].join('\r\n'),
  )

const objects = [
  lines([
    ...['DTSTART;TZID=Europe/Berlin:20260310T100000', 'DURATION:PT1H', 'SUMMARY:A & b', 'LOCATION:Here', 'PRIORITY:1'],
    ...['DESCRIPTION:One\\n two <three>', 'CATEGORIES:x,y', 'TRANSP:TRANSPARENT', 'STATUS:TENTATIVE'],
    'ATTACH;ENCODING=BASE64;VALUE=BINARY;FILENAME=f.txt:aGVsbG8=',
  ]),
  lines(['DTSTART;VALUE=DATE:20260310', 'DTEND;VALUE=DATE:20260312']),
  lines(
    [
      'DTSTART;TZID=Europe/Berlin:20260302T100000',
      'DURATION:PT1H',
      'RRULE:FREQ=DAILY;COUNT=9',
      'EXDATE:20260304T090000Z',
    ],
    ['RECURRENCE-ID:20260303T090000Z', 'DTSTART:20260303T110000Z', 'DURATION:PT2H', 'SUMMARY:Moved'],
  ),
  lines(['DTSTART:20260302T100000', 'DURATION:PT1H', 'RRULE:FREQ=HOURLY;INTERVAL=7;COUNT=3']),
]

describe('what is kept of a list is made anew when the code would write it otherwise', () => {
  const nowMs = Date.UTC(2026, 2, 1)
  const mapping = createItemMapping()
  const window = { startMs: nowMs - 92 * 86_400_000, endMs: nowMs + 366 * 86_400_000 }
  const items = objects.flatMap(
    (data) => mapping.itemsOf(data, { nowMs, window, timeZone: 'Europe/Moscow', newUid: () => 'new' }).items,
  )

  it('by the revision of the mapping: raise it together with this digest', () => {
    expect(items).toHaveLength(8)
    expect([mapping.revision, digestOf(JSON.stringify(items))]).toEqual(['3', 'db3ed0d9764b91445ac'])
  })

  it('by the revision of kept rows: raise it together with this digest', () => {
    const binding = {
      ...{ id: 7, objectName: 'a.ics', key: 'event', uid: 'u', version: 3, sequence: 9, deleted: false, digest: '' },
      ...{ restoredSequence: null, row: null, files: [], uniqueId: '00000000-0000-4000-8000-000000000001' },
      ...{ seriesGuid: '00000000-0000-4000-8000-000000000002', recurrenceDigest: null, replicationId: '{R}' },
      ...{ bag: { FollowUp: '1', 'Of others': '"' }, windowed: false, createdMs: nowMs, modifiedMs: nowMs },
    }
    const item: ListItem = {
      ...{
        key: 'event',
        kind: 'master',
        masterKey: null,
        title: 'A & "b"',
        location: '<Here>',
        description: '<div>a</div>',
      },
      ...{ start: '2026-03-10T09:00:00Z', end: '2026-03-10T10:00:00Z', allDay: false, durationSeconds: 3600 },
      ...{ recurrenceId: '2026-03-10T09:00:00Z', recurrenceData: '<recurrence/>', timeZoneXml: '<timeZoneRule/>' },
      ...{ categories: ['x', 'y'], busyStatus: 2, intendedBusyStatus: -1, priority: 1, attachments: [] },
    }
    expect([keptRevision, digestOf(new TextDecoder().decode(keepRow(rowOf(binding, item, []))))]).toEqual([
      '2',
      '3b8f17d95f4408473dd',
    ])
  })
})
