import { describe, expect, it } from 'vitest'
import { calendar, context, event, items, keys, mapping, text, upload, valid } from './test-mapping.ts'

describe('a series of Outlook whose EventDate is none of its days', () => {
  const weekly = (days: string, end: string, every = 1): string =>
    `<recurrence><rule><firstDayOfWeek>mo</firstDayOfWeek><repeat><weekly ${days} weekFrequency="${every}" /></repeat>${end}</rule></recurrence>`
  const three = '<repeatInstances>3</repeatInstances>'
  const create = (fields: Record<string, string>) =>
    mapping.create(upload({ Title: 'Board', EventType: '1', fRecurrence: '1', ...fields }), context)
  const tuesday = { EventDate: '2026-01-06T15:00:00Z', EndDate: '2026-01-06T16:00:00Z' }

  it('begins on its first day, and has no meeting before it', () => {
    const made = create({ ...tuesday, RecurrenceData: weekly('mo="TRUE"', three) })
    expect(keys(made)).toEqual(['master event 2026-01-12T15:00:00Z'])
    expect(text(valid(made))).toContain('COUNT=3')
    expect(items(made)[0]).toMatchObject({ recurrenceData: weekly('mo="TRUE"', three), durationSeconds: 3600 })
  })

  it('keeps the weeks and months that it leaves out', () => {
    const fortnight = create({ ...tuesday, RecurrenceData: weekly('mo="TRUE"', three, 2) })
    expect(keys(fortnight)).toEqual(['master event 2026-01-19T15:00:00Z'])
    const quarter = create({
      ...tuesday,
      RecurrenceData:
        '<recurrence><rule><firstDayOfWeek>mo</firstDayOfWeek><repeat><monthly monthFrequency="3" day="2" /></repeat><repeatForever>FALSE</repeatForever></rule></recurrence>',
    })
    expect(keys(quarter)).toEqual(['master event 2026-04-02T15:00:00Z'])
  })

  it('keeps its time of day over a change of the clock, and its days when it is all-day', () => {
    const zone =
      "<timeZoneRule><standardBias>-60</standardBias><additionalDaylightBias>-60</additionalDaylightBias><standardDate><transitionRule month='10' day='su' weekdayOfMonth='last' /><transitionTime>3:0:0</transitionTime></standardDate><daylightDate><transitionRule month='3' day='su' weekdayOfMonth='last' /><transitionTime>2:0:0</transitionTime></daylightDate></timeZoneRule>"
    const friday = { EventDate: '2026-03-27T09:00:00Z', EndDate: '2026-03-27T09:30:00Z', XMLTZone: zone }
    const summer = create({ ...friday, RecurrenceData: weekly('mo="TRUE"', three) })
    expect(keys(summer)).toEqual(['master event 2026-03-30T08:00:00Z'])
    expect(items(summer)[0]?.durationSeconds).toBe(1800)
    const days = create({
      ...{ EventDate: '2026-01-06T00:00:00Z', EndDate: '2026-01-06T23:59:00Z', fAllDayEvent: '1' },
      RecurrenceData: weekly('mo="TRUE"', three),
    })
    expect(items(days)[0]).toMatchObject({ start: '2026-01-12T00:00:00Z', end: '2026-01-12T23:59:00Z', allDay: true })
  })

  it('has no end where windowEnd lies beyond Outlook’s calendar, and takes a date alone', () => {
    const until = (end: string) =>
      items(create({ ...tuesday, RecurrenceData: weekly('tu="TRUE"', `<windowEnd>${end}</windowEnd>`) }))[0]
    for (const end of ['9999-12-31T23:59:59Z', '4500-08-31T23:59:00Z']) {
      expect(until(end)?.recurrenceData).toContain('<repeatForever>FALSE</repeatForever>')
    }
    expect(until('2099-12-31')?.recurrenceData).toContain('<windowEnd>2099-12-29T15:00:00Z</windowEnd>')
  })

  it('stays a meeting where no day of it is left', () => {
    const end = '<windowEnd>2026-01-08T00:00:00Z</windowEnd>'
    const made = create({ ...tuesday, RecurrenceData: weekly('mo="TRUE"', end) })
    expect(items(made).map(({ kind, start }) => [kind, start])).toEqual([['single', '2026-01-06T15:00:00Z']])
  })

  it('moves to its first day when its rule is edited, but leaves a meeting that stands beside the rule', () => {
    const made = create({ ...tuesday, RecurrenceData: weekly('tu="TRUE"', three) })
    const edited = mapping.update(
      made,
      'event',
      upload({ RecurrenceData: weekly('th="TRUE"', three), fRecurrence: '1' }),
      context,
    )
    expect(keys(edited.data)).toEqual(['master event 2026-01-08T15:00:00Z'])
    const stored = calendar(
      event(
        'DTSTART:20260106T150000Z',
        'DTEND:20260106T160000Z',
        'RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=4',
        'SUMMARY:Board',
      ),
    )
    expect(items(stored)[0]?.recurrenceData).toBe(weekly('mo="TRUE"', three))
    for (const count of [1, 2, 5]) {
      const rule = weekly('mo="TRUE"', `<repeatInstances>${count}</repeatInstances>`)
      const { data } = mapping.update(stored, 'event', upload({ RecurrenceData: rule, fRecurrence: '1' }), context)
      expect(items(data)[0]?.recurrenceData).toBe(rule)
      expect(keys(data)).toContain('single instance:20260106T150000Z 2026-01-06T15:00:00Z')
    }
    const renamed = mapping.update(
      stored,
      'event',
      upload({ Title: 'Council', RecurrenceData: weekly('mo="TRUE"', three) }),
      context,
    )
    expect(text(renamed.data)).toContain('COUNT=4')
  })
})
