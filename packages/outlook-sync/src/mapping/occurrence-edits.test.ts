import { describe, expect, it } from 'vitest'
import { OccurrenceChanged } from '../item-mapping.ts'
import { calendar, context, event, items, keys, mapping, text, upload, valid, weekly } from './test-mapping.ts'

describe('an occurrence that Outlook changes or deletes (specification section 8.1)', () => {
  it('adds changed and deleted occurrences, and takes them back', () => {
    const data = weekly()
    const changed = mapping.addOccurrence(
      data,
      upload({
        EventType: '4',
        fRecurrence: '1',
        RecurrenceID: '2026-01-12T08:00:00Z',
        EventDate: '2026-01-12T12:00:00Z',
        EndDate: '2026-01-12T13:00:00Z',
        Title: 'Late',
      }),
      context,
    )
    expect(changed.key).toBe('exception:20260112T090000')
    expect(items(valid(changed.data)).find(({ key }) => key === changed.key)).toMatchObject({
      title: 'Late',
      start: '2026-01-12T12:00:00Z',
    })
    const deletion = upload({ EventType: '3', fRecurrence: '1', RecurrenceID: '2026-01-12T08:00:00Z' })
    expect(() => mapping.addOccurrence(changed.data, deletion, context)).toThrow(OccurrenceChanged)
    const deleted = mapping.addOccurrence(data, deletion, context)
    expect(keys(valid(deleted.data))).toEqual([
      'master event 2026-01-05T08:00:00Z',
      'deleted deleted:20260112T090000 2026-01-12T08:00:00Z',
    ])
    const restored = mapping.remove(deleted.data, deleted.key, context)
    expect(keys(restored!)).toEqual(['master event 2026-01-05T08:00:00Z'])
    expect(keys(mapping.remove(changed.data, changed.key, context)!)).toEqual(['master event 2026-01-05T08:00:00Z'])
  })

  it('turns a changed occurrence into a deleted one when an update says so (MS-OUTSPS 7 note 16)', () => {
    const data = weekly(
      [],
      [
        event(
          'RECURRENCE-ID;TZID=Europe/Berlin:20260119T090000',
          'DTSTART;TZID=Europe/Berlin:20260119T110000',
          'DURATION:PT1H',
        ),
      ],
    )
    const gone = mapping.update(
      data,
      'exception:20260119T090000',
      upload({ EventType: '3', fRecurrence: '1' }),
      context,
    )
    expect(gone.key).toBe('deleted:20260119T090000')
    expect(keys(valid(gone.data))).toEqual([
      'master event 2026-01-05T08:00:00Z',
      'deleted deleted:20260119T090000 2026-01-19T08:00:00Z',
    ])
  })

  it('takes a RecurrenceID for the occurrence of its day when none begins just then', () => {
    for (const id of ['2026-01-12T08:30:00Z', '2026-01-12T00:00:00Z', '2026-01-11T23:30:00Z']) {
      const { key } = mapping.addOccurrence(weekly(), upload({ EventType: '3', RecurrenceID: id }), context)
      expect(key).toBe('deleted:20260112T090000')
    }
    const other = upload({ EventType: '3', RecurrenceID: '2026-01-13T08:00:00Z' })
    expect(() => mapping.addOccurrence(weekly(), other, context)).toThrow('no occurrence at RecurrenceID')
  })
})

describe('a deletion of an occurrence that is cancelled already, which Outlook has as deleted (section 8.1)', () => {
  it('leaves the override with its attendees and what else is in it', () => {
    const stored = calendar(
      event('DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z', 'RRULE:FREQ=DAILY;COUNT=3', 'SUMMARY:A'),
      event(
        ...['RECURRENCE-ID:20260303T090000Z', 'DTSTART:20260303T090000Z', 'DTEND:20260303T100000Z', 'SUMMARY:A'],
        ...['STATUS:CANCELLED', 'ATTENDEE:mailto:z@example.com', 'X-KEEP:1'],
      ),
    )
    const deletion = upload({ EventType: '3', RecurrenceID: '2026-03-03T09:00:00Z' })
    const { data, key } = mapping.addOccurrence(stored, deletion, context)
    expect(key).toBe('deleted:20260303T090000Z')
    expect(items(stored).map((item) => item.key)).toContain(key)
    expect(text(data)).toBe(text(stored))
  })
})
