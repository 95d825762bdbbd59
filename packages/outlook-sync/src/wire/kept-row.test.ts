import { parseXml } from '@dayport/core/xml'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ListRow } from '../list-service.ts'
import { itemOfKept, keepRow } from './kept-row.ts'

const iso = fc
  .date({ min: new Date('1990-01-01T00:00:00Z'), max: new Date('2090-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => `${date.toISOString().slice(0, 19)}Z`)
const text = fc
  .string({
    unit: fc.constantFrom('a', ' ', '&', '<', '>', '"', "'", '\n', '\r', '\t', 'Ж', '😀', '=', ';', ' ows_Title="'),
  })
  .map((value) => value)
const busy = fc.constantFrom(-1, 0, 1, 2, 3) as fc.Arbitrary<-1 | 0 | 1 | 2 | 3>
const files = fc.array(fc.record({ name: fc.string({ minLength: 1 }), version: fc.string() }), { maxLength: 2 })
const rows: fc.Arbitrary<ListRow> = fc.record({
  id: fc.nat(),
  version: fc.nat(),
  uniqueId: fc.uuid().map((id) => id.toUpperCase()),
  seriesGuid: fc.option(fc.uuid()),
  masterId: fc.constant(null),
  createdMs: fc.nat(),
  modifiedMs: fc.nat(),
  bag: fc.dictionary(
    fc.constantFrom('FollowUp', 'X y', 'X_x0020_y', 'vti_versionhistory', 'Ü', 'ReplicationID', 'BusyStatus'),
    text,
  ),
  item: fc.record({
    key: fc.constantFrom('event', 'exception:20260302T110000Z', 'part:1'),
    kind: fc.constantFrom('single', 'master', 'deleted', 'exception'),
    title: text,
    location: text,
    description: text,
    start: iso,
    end: iso,
    allDay: fc.boolean(),
    durationSeconds: fc.nat(),
    recurrenceId: fc.option(iso),
    recurrenceData: fc.option(text),
    timeZoneXml: fc.option(text),
    categories: fc.uniqueArray(fc.constantFrom('Работа', 'Red & blue', 'a "b"', 'c')),
    busyStatus: busy,
    intendedBusyStatus: busy,
    priority: fc.constantFrom(-1, 0, 1),
    attachments: files,
  }),
})

describe('a kept row', () => {
  it('has no attribute twice, whatever is in the bag', () => {
    fc.assert(
      fc.property(rows, (row) => {
        const text = new TextDecoder().decode(keepRow(row)).replaceAll('\u0001', '')
        expect(parseXml(text.replace('<z:row', '<z:row xmlns:z="#RowsetSchema"')).attributes.size).toBeGreaterThan(15)
      }),
    )
  })

  it('gives back the item that it was made of', () => {
    fc.assert(
      fc.property(rows, (row) => {
        const { key, attachments } = row.item
        expect(itemOfKept(keepRow(row), key, attachments)).toEqual(row.item)
      }),
    )
  })
})
