import { readFileSync } from 'node:fs'
import { createItemMapping } from '@dayport/outlook-sync'
import { describe, expect, it } from 'vitest'
import { context, uploadOf } from './truth.ts'

const mapping = createItemMapping()
const fixture = (name: string): string =>
  readFileSync(new URL(`../../packages/outlook-sync/test/fixtures/wild/${name}`, import.meta.url), 'utf8')

const eastern = fixture('XMLTZone-us-eastern.xml')

/** RRULE and DTSTART lines of a series made from documents as a client sends them. */
const linesOf = (recurrence: string, zone: string = eastern, more: Record<string, string> = {}): string[] => {
  const made = mapping.create(
    uploadOf({
      Title: 'Series',
      EventType: '1',
      fRecurrence: '1',
      EventDate: '2015-11-03T14:00:00Z',
      EndDate: '2015-11-03T15:00:00Z',
      Duration: '3600',
      RecurrenceData: recurrence,
      XMLTZone: zone,
      ...more,
    }),
    context,
  )
  const lines = new TextDecoder().decode(made).replaceAll('\r\n ', '').split('\r\n')
  const event = lines.slice(lines.indexOf('BEGIN:VEVENT'))
  return event.filter((line) => /^(RRULE|DTSTART)/.test(line))
}
const ruleOf = (recurrence: string, more: Record<string, string> = {}): string =>
  linesOf(recurrence, eastern, more)
    .find((line) => line.startsWith('RRULE'))!
    .slice('RRULE:'.length)

const rule = (repeat: string, end = '<repeatForever>FALSE</repeatForever>', first = 'su'): string =>
  `<recurrence><rule><firstDayOfWeek>${first}</firstDayOfWeek><repeat>${repeat}</repeat>${end}</rule></recurrence>`

describe('RecurrenceData as found in the wild (specification section 8.2)', () => {
  it.each([
    ['RecurrenceData-daily-every4-count10.xml', 'FREQ=DAILY;INTERVAL=4;COUNT=10'],
    ['RecurrenceData-daily-until.xml', 'FREQ=DAILY;UNTIL=20160103T045959Z'],
    ['RecurrenceData-monthly-day16-forever.xml', 'FREQ=MONTHLY;BYMONTHDAY=16'],
    ['RecurrenceData-monthlybyday-first-we-forever.xml', 'FREQ=MONTHLY;BYDAY=1WE'],
    [
      'RecurrenceData-monthlybyday-last-weekday-until.xml',
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;UNTIL=20190120T045959Z',
    ],
    ['RecurrenceData-outlook-deleteExceptions.fragment.xml', 'FREQ=WEEKLY;BYDAY=MO,TU,TH,SA'],
    ['RecurrenceData-weekly-both-ends.xml', 'FREQ=WEEKLY;BYDAY=TU;UNTIL=20160103T045959Z'],
    ['RecurrenceData-weekly-fr-every2-forever.xml', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;WKST=SU'],
    ['RecurrenceData-weekly-we-forever.xml', 'FREQ=WEEKLY;BYDAY=WE'],
    ['RecurrenceData-yearly-dec25-forever.xml', 'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25'],
  ])('%s is %s', (name, expected) => {
    expect(ruleOf(fixture(name))).toBe(expected)
  })

  it.each([
    [
      'single quotes and blanks',
      rule("<weekly  mo='TRUE'   weekFrequency='2'  />"),
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=SU',
    ],
    ['no blank before the end', rule('<weekly mo="TRUE" weekFrequency="1"/>'), 'FREQ=WEEKLY;BYDAY=MO'],
    ['an element with an end tag', rule('<daily dayFrequency="3"></daily>'), 'FREQ=DAILY;INTERVAL=3'],
    ['true in small letters', rule('<weekly tu="true" weekFrequency="1"/>'), 'FREQ=WEEKLY;BYDAY=TU'],
    [
      'days that are FALSE',
      rule('<weekly mo="FALSE" tu="TRUE" we="false" weekFrequency="1"/>'),
      'FREQ=WEEKLY;BYDAY=TU',
    ],
    ['a set that is FALSE', rule('<daily weekday="FALSE" dayFrequency="2"/>'), 'FREQ=DAILY;INTERVAL=2'],
    ['defaults left out', rule('<daily/>'), 'FREQ=DAILY'],
    ['defaults of a month left out', rule('<monthly/>'), 'FREQ=MONTHLY;BYMONTHDAY=1'],
    ['defaults of a year left out', rule('<yearly/>'), 'FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1'],
    ['an ordinal left out', rule('<monthlyByDay th="TRUE" monthFrequency="1"/>'), 'FREQ=MONTHLY;BYDAY=1TH'],
    [
      'the last of all days',
      rule('<monthlyByDay day="TRUE" weekdayOfMonth="last" monthFrequency="1"/>'),
      'FREQ=MONTHLY;BYMONTHDAY=-1',
    ],
    [
      'a weekend day of a year',
      rule('<yearlyByDay weekend_day="TRUE" weekdayOfMonth="second" month="5" yearFrequency="2"/>'),
      'FREQ=YEARLY;INTERVAL=2;BYMONTH=5;BYDAY=SA,SU;BYSETPOS=2',
    ],
    ['no end at all', rule('<daily dayFrequency="1"/>', ''), 'FREQ=DAILY'],
    ['an empty repeatForever', rule('<daily dayFrequency="1"/>', '<repeatForever/>'), 'FREQ=DAILY'],
    [
      'a windowEnd and no instances',
      rule('<daily/>', '<windowEnd>2016-01-02T13:00:00Z</windowEnd><repeatInstances>0</repeatInstances>'),
      'FREQ=DAILY;UNTIL=20160103T045959Z',
    ],
    [
      'instances and an empty windowEnd',
      rule('<daily/>', '<windowEnd/><repeatInstances>3</repeatInstances>'),
      'FREQ=DAILY;COUNT=3',
    ],
    ['blanks about values', rule('<daily/>', '<repeatInstances> 3\n</repeatInstances>', ' mo '), 'FREQ=DAILY;COUNT=3'],
    [
      'the end before the pattern',
      '<recurrence><rule><repeatInstances>3</repeatInstances><repeat><daily/></repeat><firstDayOfWeek>mo</firstDayOfWeek></rule></recurrence>',
      'FREQ=DAILY;COUNT=3',
    ],
    [
      'no firstDayOfWeek',
      '<recurrence><rule><repeat><weekly we="TRUE" weekFrequency="2"/></repeat></rule></recurrence>',
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;WKST=SU',
    ],
    ['a declaration', `<?xml version="1.0" encoding="utf-8"?>\n${rule('<daily/>')}`, 'FREQ=DAILY'],
    [
      'the wrapper of v3',
      `<V3RecurrencePattern>${rule('<daily weekday="TRUE"/>')}</V3RecurrencePattern>`,
      'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
    ],
    [
      'a namespace',
      rule('<daily/>').replace('<recurrence>', '<recurrence xmlns="http://schemas.microsoft.com/sharepoint/soap/">'),
      'FREQ=DAILY',
    ],
    ['comments', rule('<!-- every day --><daily/>'), 'FREQ=DAILY'],
    ['deleteExceptions before it', `<deleteExceptions>true</deleteExceptions>${rule('<daily/>')}`, 'FREQ=DAILY'],
    [
      'deleteExceptions inside',
      rule('<daily/>').replace('</recurrence>', '<deleteExceptions>true</deleteExceptions></recurrence>'),
      'FREQ=DAILY',
    ],
    [
      'the 31st of short months',
      rule('<monthly monthFrequency="1" day="31"/>'),
      'FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1',
    ],
    [
      '29 February',
      rule('<yearly yearFrequency="1" month="2" day="29"/>'),
      'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1',
    ],
    ['31 June', rule('<yearly yearFrequency="1" month="6" day="31"/>'), 'FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=30'],
  ])('reads %s', (_name, xml, expected) => {
    expect(ruleOf(xml)).toBe(expected)
  })

  it.each([
    ['no XML', 'every Monday'],
    ['half of it', '<recurrence><rule><repeat><daily/>'],
    ['an unknown pattern', rule('<hourly/>')],
    ['no pattern', rule('')],
    ['an interval of 0', rule('<daily dayFrequency="0"/>')],
    ['an interval that is no number', rule('<daily dayFrequency="two"/>')],
    ['the 32nd', rule('<monthly day="32"/>')],
    ['the 13th month', rule('<yearly month="13" day="1"/>')],
    ['the fifth Monday', rule('<monthlyByDay mo="TRUE" weekdayOfMonth="fifth"/>')],
    ['two weekdays of a month', rule('<monthlyByDay mo="TRUE" tu="TRUE" weekdayOfMonth="first"/>')],
    ['a windowEnd that is no time', rule('<daily/>', '<windowEnd>soon</windowEnd>')],
    ['a windowEnd in iCalendar’s form', rule('<daily/>', '<windowEnd>20160102T130000Z</windowEnd>')],
    ['nothing', ''],
    ['a count that is no number', rule('<daily/>', '<repeatInstances>-1</repeatInstances>')],
    ['a DOCTYPE', `<!DOCTYPE x [<!ENTITY e "e">]>${rule('<daily/>')}`],
  ])('refuses %s in words', (_name, xml) => {
    expect(() => ruleOf(xml)).toThrow(
      expect.objectContaining({ name: 'UploadError', message: expect.stringMatching(/[a-z]{3,}/) }),
    )
  })

  it.each(['2016-01-02T13:00:00', '2016-01-02 13:00:00', '2016-01-02T13:00:00.000Z', '2016-01-02T15:00:00+02:00'])(
    'reads a windowEnd that is written %s',
    (end) => {
      expect(ruleOf(rule('<daily/>', `<windowEnd>${end}</windowEnd>`))).toMatch(
        /^FREQ=DAILY;UNTIL=2016010[23]T045959Z$/,
      )
    },
  )
})

describe('XMLTZone as found in the wild (specification section 8.4)', () => {
  const startOf = (zone: string): string => linesOf(rule('<daily/>'), zone).find((line) => line.startsWith('DTSTART'))!

  it('is the zone that goes by that rule', () => {
    expect(startOf(eastern)).toBe('DTSTART;TZID=America/New_York:20151103T090000')
    expect(startOf(eastern.replaceAll("'", '"').replaceAll('  ', ' '))).toBe(
      'DTSTART;TZID=America/New_York:20151103T090000',
    )
    expect(startOf(eastern.replace(/^<\?xml[^>]*>\s*/, ''))).toBe('DTSTART;TZID=America/New_York:20151103T090000')
  })

  it('may have its times with leading zeros, its words in capitals and its children in any order', () => {
    const other =
      '<timeZoneRule><daylightDate><transitionTime>02:00:00</transitionTime><transitionRule weekdayOfMonth="Second" day="SU" month="03"/></daylightDate><additionalDaylightBias> -60 </additionalDaylightBias><standardDate><transitionTime>02:00:00</transitionTime><transitionRule weekdayOfMonth="First" day="Su" month="11"/></standardDate><standardBias>300</standardBias></timeZoneRule>'
    expect(startOf(other)).toBe('DTSTART;TZID=America/New_York:20151103T090000')
  })

  it('without summer time is a zone without it, with or without a bias for the summer', () => {
    for (const extra of [
      '',
      '<additionalDaylightBias>0</additionalDaylightBias>',
      '<additionalDaylightBias>-60</additionalDaylightBias>',
    ]) {
      expect(startOf(`<timeZoneRule><standardBias>-180</standardBias>${extra}</timeZoneRule>`)).toBe(
        'DTSTART;TZID=Europe/Moscow:20151103T170000',
      )
    }
    expect(startOf('<timeZoneRule><standardBias>0</standardBias></timeZoneRule>')).toBe('DTSTART:20151103T140000Z')
  })

  it('that no zone goes by gets a VTIMEZONE of its own', () => {
    const odd =
      "<timeZoneRule><standardBias>-137</standardBias><additionalDaylightBias>-30</additionalDaylightBias><standardDate><transitionRule month='9' dayOfMonth='4' /><transitionTime>1:2:3</transitionTime></standardDate><daylightDate><transitionRule month='4' dayOfMonth='2' /><transitionTime>4:5:6</transitionTime></daylightDate></timeZoneRule>"
    expect(startOf(odd)).toMatch(/^DTSTART;TZID=.*Custom.*:20151103T161700$/)
  })

  it.each([
    ['no XML', 'Moscow'],
    ['another document', '<zone/>'],
    ['no bias', '<timeZoneRule><additionalDaylightBias>0</additionalDaylightBias></timeZoneRule>'],
    ['a bias of days', '<timeZoneRule><standardBias>5000</standardBias></timeZoneRule>'],
  ])('is refused in words when it is %s', (_name, zone) => {
    expect(() => startOf(zone)).toThrow(
      expect.objectContaining({ name: 'UploadError', message: 'XMLTZone is no time zone rule' }),
    )
  })
})
