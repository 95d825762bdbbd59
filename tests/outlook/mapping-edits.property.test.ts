import { parseCalendar, validateObject } from '@dayport/core/ical'
import { createItemMapping, type ListItem } from '@dayport/outlook-sync'
import { type OutlookFields, shownOccurrences } from '@dayport/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bytesOf,
  objectText,
  type SeriesParts,
  sayableSeries,
  sayableZones,
  seriesText,
  starts,
  strangeSeries,
  timeLine,
} from './generate.ts'
import { context, fieldsOf, inner, rowsOf, runs, shownLines, trueOccurrences, uploadOf, wide } from './truth.ts'

const mapping = createItemMapping()

/** What Outlook knows nothing of, and must not lose. */
const kept = [
  'DESCRIPTION:Plain  text\\nwith <signs> & more',
  'CATEGORIES:Red,Blue; deep',
  'PRIORITY:2',
  'CLASS:PRIVATE',
  'ATTENDEE;CN="Bob, B.";PARTSTAT=ACCEPTED:mailto:bob@example.com',
  'ORGANIZER:mailto:ann@example.com',
  'X-KEEP;P=1:v;w',
  'URL:https://example.com/?a=b',
  'ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;FILENAME=a.txt:aGk=',
  'BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nDESCRIPTION:x\r\nEND:VALARM',
]

const single: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...sayableZones, 'date', 'floating'), starts, fc.constantFrom('PT1H', 'P1D', 'P3D', 'PT0S'))
  .map(([form, start, length]) => {
    const duration = form === 'date' && length.startsWith('PT') ? 'P1D' : length
    return objectText([timeLine('DTSTART', form, start), `DURATION:${duration}`, 'SUMMARY:One', ...kept])
  })

const withKept = (series: fc.Arbitrary<SeriesParts>): fc.Arbitrary<string> =>
  series.map((parts) => seriesText({ ...parts, more: [...parts.more, ...kept] }, context.timeZone))

/** With such an occurrence all later ones change: its edits are refused, since they cannot be of it alone. */
const isFuture = (text: string, key: string): boolean =>
  new RegExp(`THISANDFUTURE[^\\r]*:${key.slice(key.indexOf(':') + 1)}\\r`).test(text)

const anyObject = fc.oneof(
  { weight: 2, arbitrary: single },
  { weight: 3, arbitrary: withKept(sayableSeries) },
  { weight: 2, arbitrary: withKept(strangeSeries) },
)

const itemsOf = (data: Uint8Array): readonly ListItem[] => mapping.itemsOf(data, context).items
const bagOf = (item: ListItem): Record<string, string> => ({
  BusyStatus: String(item.busyStatus),
  Priority: String(item.priority),
  Categories: item.categories.join('; '),
})

const lines = (data: Uint8Array): string[] => new TextDecoder().decode(data).replaceAll('\r\n ', '').split('\r\n')

/** Lines of the first that the second does not have, each as often as it misses. */
const missing = (before: Uint8Array, after: Uint8Array): string[] => {
  const left = new Map<string, number>()
  for (const line of lines(after)) left.set(line, (left.get(line) ?? 0) + 1)
  return lines(before).filter((line) => {
    const count = left.get(line) ?? 0
    left.set(line, count - 1)
    return count < 1
  })
}

const nameOf = (line: string): string => /^[A-Z-]+/.exec(line)?.[0] ?? ''
const touched = ['DTSTAMP', 'LAST-MODIFIED', 'SEQUENCE']

/** One of the items of an object, as a number that any object can take. */
const anyIndex = fc.nat({ max: 1000 })
const pick = (items: readonly ListItem[], index: number): ListItem => items[index % items.length]!

describe('an edit of an item that Outlook sends (specification section 7)', () => {
  it('changes no byte when it says nothing else than what was sent, whatever fields it carries', () => {
    fc.assert(
      fc.property(anyObject, anyIndex, fc.boolean(), (text, index, isWhole) => {
        const data = bytesOf(text)
        const items = itemsOf(data)
        fc.pre(items.length > 0)
        const item = pick(items, index)
        const { RecurrenceData, XMLTZone, UID, EventDate, EndDate, Duration, RecurrenceID, ...content } = fieldsOf(
          item,
          1,
        )
        const fields = isWhole ? fieldsOf(item, 1) : content
        const edited = mapping.update(data, item.key, uploadOf(fields, bagOf(item)), context)
        expect(edited).toEqual({ data, key: item.key })
        expect(edited.data).toBe(data)
      }),
      { numRuns: 250 * runs },
    )
  })

  const contentEdits = fc.constantFrom<{
    readonly field: string
    readonly value: string
    readonly lines: readonly string[]
  }>(
    { field: 'Title', value: 'Ne,w;\\n "title" — заметка', lines: ['SUMMARY'] },
    { field: 'Location', value: 'Зал 5; "north"', lines: ['LOCATION'] },
    { field: 'Location', value: '', lines: ['LOCATION'] },
    { field: 'Description', value: '<div>Some <b>bold</b> text</div>', lines: ['DESCRIPTION', 'X-ALT-DESC'] },
    { field: 'Description', value: '', lines: ['DESCRIPTION', 'X-ALT-DESC'] },
    { field: 'Categories', value: 'Green; Blue deep', lines: ['CATEGORIES'] },
    { field: 'BusyStatus', value: '3', lines: ['TRANSP', 'X-MICROSOFT-CDO-BUSYSTATUS'] },
    { field: 'Priority', value: '-1', lines: ['PRIORITY'] },
  )
  const shownValue = (item: ListItem, field: string): unknown =>
    ({
      Title: item.title,
      Location: item.location,
      Description: item.description,
      Categories: item.categories.join('; '),
      BusyStatus: String(item.busyStatus),
      Priority: String(item.priority),
    })[field]

  it('changes what it says and nothing beside: no time, no attendee, no alarm, no override, no unknown property', () => {
    fc.assert(
      fc.property(anyObject, anyIndex, contentEdits, (text, index, edit) => {
        const data = bytesOf(text)
        const items = itemsOf(data).filter(({ kind }) => kind !== 'deleted')
        fc.pre(items.length > 0)
        const item = pick(items, index)
        fc.pre(shownValue(item, edit.field) !== edit.value && !isFuture(text, item.key))
        const isInBag = ['Categories', 'BusyStatus', 'Priority'].includes(edit.field)
        const upload = isInBag ? uploadOf({}, { [edit.field]: edit.value }) : uploadOf({ [edit.field]: edit.value })
        const { data: next, key } = mapping.update(data, item.key, upload, context)
        validateObject(parseCalendar(next))
        const after = itemsOf(next)
        expect(after.find((found) => found.key === key)).toMatchObject({
          start: item.start,
          end: item.end,
          allDay: item.allDay,
          kind: item.kind,
          recurrenceData: item.recurrenceData,
          timeZoneXml: item.timeZoneXml,
        })
        expect(shownValue(after.find((found) => found.key === key)!, edit.field)).toBe(edit.value)
        expect(after.map((found) => found.key).sort()).toEqual(
          itemsOf(data)
            .map((found) => found.key)
            .sort(),
        )
        expect(
          missing(data, next)
            .map(nameOf)
            .filter((name) => ![...touched, ...edit.lines].includes(name)),
        ).toEqual([])
        // Only a master speaks for others.
        if (item.key !== 'event' && !item.key.startsWith('part:')) {
          const others = (list: readonly ListItem[]) => list.filter((found) => found.key !== key)
          expect(others(after)).toEqual(others(itemsOf(data)))
        }
      }),
      { numRuns: 250 * runs },
    )
  })

  const shiftsMs = fc.constantFrom(900_000, -3_600_000, 5 * 3_600_000, 86_400_000)

  it('moves just the item whose times it changes, and all-day dates by whole days', () => {
    fc.assert(
      fc.property(anyObject, anyIndex, shiftsMs, (text, index, shift) => {
        const data = bytesOf(text)
        const items = itemsOf(data).filter(({ kind }) => kind === 'single' || kind === 'exception')
        fc.pre(items.length > 0)
        const item = pick(items, index)
        fc.pre(!isFuture(text, item.key))
        const days = item.allDay ? Math.sign(shift) * 86_400_000 : shift
        const at = (text: string): string => new Date(Date.parse(text) + days).toISOString().replace('.000', '')
        const fields: OutlookFields = { EventDate: at(item.start), EndDate: at(item.end) }
        const { data: next, key } = mapping.update(data, item.key, uploadOf(fields), context)
        validateObject(parseCalendar(next))
        const moved = itemsOf(next).find((found) => found.key === key)
        expect(moved).toMatchObject({
          start: fields.EventDate,
          end: fields.EndDate,
          allDay: item.allDay,
          title: item.title,
        })
        const lineFrom = (from: ListItem) =>
          shownLines(shownOccurrences([fieldsOf({ ...from, kind: 'single' }, 1)], inner))
        const before = trueOccurrences(data, inner)
        for (const line of lineFrom(item)) before.splice(before.indexOf(line), 1)
        expect([...before, ...lineFrom(moved!)].sort()).toEqual(trueOccurrences(next, inner))
        expect(
          missing(data, next)
            .map(nameOf)
            .filter((name) => ![...touched, 'DTSTART', 'DTEND', 'DURATION'].includes(name)),
        ).toEqual([])
      }),
      { numRuns: 250 * runs },
    )
  })

  it('deletes just the occurrence whose item it deletes', () => {
    fc.assert(
      fc.property(fc.oneof(withKept(sayableSeries), withKept(strangeSeries)), anyIndex, (text, index) => {
        const data = bytesOf(text)
        const items = itemsOf(data).filter(({ key }) => key.startsWith('instance:'))
        fc.pre(items.length > 0)
        const item = pick(items, index)
        fc.pre(!isFuture(text, item.key))
        const next = mapping.remove(data, item.key, context)
        const before = trueOccurrences(data, inner)
        for (const line of shownLines(shownOccurrences([fieldsOf(item, 1)], inner)))
          before.splice(before.indexOf(line), 1)
        expect(next === null ? [] : trueOccurrences(next, inner)).toEqual(before)
      }),
      { numRuns: 150 * runs },
    )
  })
})

/** A change of a whole series as Outlook makes it: the new fields and what goes with them. Specification section 8.5. */
const changedSeries = (rows: readonly OutlookFields[], fields: OutlookFields): OutlookFields[] => [
  { ...rows[0]!, ...fields },
]

describe('an edit of a series that Outlook sends (specification section 8.5)', () => {
  it('with another recurrence shows what Outlook shows by then, without the exceptions', () => {
    fc.assert(
      fc.property(sayableSeries, sayableSeries, (one, other) => {
        const data = bytesOf(seriesText({ ...one, more: kept }, context.timeZone))
        const wanted = itemsOf(bytesOf(seriesText({ ...other, changes: [] }, context.timeZone)))[0]
        const items = itemsOf(data)
        const rows = rowsOf(items)
        // What stands for itself stays, in the place of the new series' occurrence at that time if there is one.
        fc.pre(items.every(({ kind }) => kind !== 'single'))
        fc.pre(rows[0]?.EventType === '1' && wanted?.kind === 'master')
        const from = fieldsOf(wanted!, 1)
        const fields: OutlookFields = {
          EventType: '1',
          fRecurrence: '1',
          EventDate: from.EventDate!,
          EndDate: from.EndDate!,
          Duration: from.Duration!,
          fAllDayEvent: from.fAllDayEvent!,
          RecurrenceData: from.RecurrenceData!,
          XMLTZone: from.XMLTZone!,
        }
        const upload = {
          ...fields,
          RecurrenceData: `${fields.RecurrenceData}<deleteExceptions>true</deleteExceptions>`,
        }
        const { data: next } = mapping.update(data, 'event', uploadOf(upload), context)
        validateObject(parseCalendar(next))
        const expected = shownOccurrences(changedSeries(rows, fields), wide)
        const got = shownOccurrences(rowsOf(itemsOf(next)), wide)
        expect(got.faults).toEqual([])
        expect(shownLines(got)).toEqual(shownLines(expected))
        for (const line of kept.flatMap((text) => text.split('\r\n'))) expect(lines(next)).toContain(line)
      }),
      { numRuns: 150 * runs },
    )
  })

  it('that only moves it in the day keeps its changed and deleted occurrences', () => {
    const kept = fc.constantFrom(1_800_000, -2_700_000, 5_400_000)
    fc.assert(
      fc.property(sayableSeries, kept, (parts, shift) => {
        const changes = parts.changes.filter(({ kind }) => kind !== 'moved')
        const start = `${parts.start.slice(0, 10)}T11:00:00`
        // Where the eleventh hour is far from the midnights of UTC at which the range ends.
        fc.pre(/Europe|York|Kolkata|UTC|floating/.test(parts.form) && parts.duration !== 'PT23H30M')
        const data = bytesOf(seriesText({ ...parts, start, changes }, context.timeZone))
        const [master] = rowsOf(itemsOf(data))
        fc.pre(master?.EventType === '1')
        const at = (name: string): string =>
          new Date(Date.parse(master![name]!) + shift).toISOString().replace('.000', '')
        const fields = { EventDate: at('EventDate'), EndDate: at('EndDate'), Duration: master!.Duration! }
        const { data: next } = mapping.update(data, 'event', uploadOf(fields), context)
        validateObject(parseCalendar(next))
        const shown = shownOccurrences(rowsOf(itemsOf(next)), wide)
        expect(shown.faults).toEqual([])
        expect(shownLines(shown)).toEqual(trueOccurrences(next, wide))
        const titles = (lines: readonly string[]): string[] => lines.map((line) => line.slice(33)).sort()
        expect(titles(trueOccurrences(next, wide))).toEqual(titles(trueOccurrences(data, wide)))
      }),
      { numRuns: 150 * runs },
    )
  })

  it('turns a changed occurrence into a deleted one by Delete and New in one batch', () => {
    fc.assert(
      fc.property(sayableSeries, anyIndex, (parts, index) => {
        const data = bytesOf(seriesText(parts, context.timeZone))
        const items = itemsOf(data).filter(({ kind }) => kind === 'exception')
        fc.pre(items.length > 0)
        const item = pick(items, index)
        const without = mapping.remove(data, item.key, context)!
        const row = { ...fieldsOf(item, 1), EventType: '3' }
        const gone = mapping.addOccurrence(without, uploadOf(row), context)
        const before = trueOccurrences(data, inner)
        for (const line of shownLines(shownOccurrences([fieldsOf({ ...item, kind: 'single' }, 1)], inner))) {
          before.splice(before.indexOf(line), 1)
        }
        expect(trueOccurrences(gone.data, inner)).toEqual(before)
        expect(itemsOf(gone.data).find(({ key }) => key === gone.key)?.kind).toBe('deleted')
      }),
      { numRuns: 150 * runs },
    )
  })
})
