import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { busyLines, titleLines, unexpectedLines } from '../../test/projection-lines.ts'
import { type Detail, projectObject } from './project-object.ts'
import { expandSeries } from './recurrence/expand-series.ts'
import { masterComponent, overrideComponents, seriesFacts } from './series-facts.ts'
import { splitCalendar } from './split.ts'
import { toUtf8 } from './text/charset.ts'
import type { CalendarDocument, Component } from './text/model.ts'
import { parseCalendar } from './text/parse.ts'
import { validateObject } from './validate-object.ts'

const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes)
const parse = (text: string): CalendarDocument => parseCalendar(new TextEncoder().encode(text))
const object = (...lines: readonly string[]): CalendarDocument =>
  parse(['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//secret//x//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n'))
const vevent = (...lines: readonly string[]): string =>
  ['BEGIN:VEVENT', 'UID:secret@example.org', 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT'].join('\r\n')
const shown = (document: CalendarDocument, detail: Detail, omit = {}): string | null => {
  const bytes = projectObject(document, detail, { uid: 'opaque', omit })
  return bytes === null ? null : decode(bytes)
}

const root = fileURLToPath(new URL('../../test/fixtures/icalendar/', import.meta.url))
const samples = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ics'))
const storable = (name: string): CalendarDocument[] =>
  [...splitCalendar(parseCalendar(toUtf8(readFileSync(root + name)).bytes), () => 'made')].flatMap(({ data }) => {
    const document = parseCalendar(data)
    try {
      validateObject(document)
      return [document]
    } catch {
      return []
    }
  })
const year = { startMs: Date.UTC(1990, 0, 1), endMs: Date.UTC(2040, 0, 1) }
const isBusy = (component: Component): boolean => {
  const word = (name: string) => component.property(name)?.value.trim().toUpperCase()
  return component.name === 'VEVENT' && word('TRANSP') !== 'TRANSPARENT' && word('STATUS') !== 'CANCELLED'
}
/** The instants at which somebody is busy, by the engine and the components that it names. */
const busyTimes = (document: CalendarDocument, range = year): readonly string[] => {
  const { instances } = expandSeries(seriesFacts(document), { range, maxInstances: 2_000, floatingZone: 'Asia/Tokyo' })
  const overrides = overrideComponents(document)
  const master = masterComponent(document)
  const busy = instances.filter(({ override }) => {
    const component = override === null ? master : overrides[override]
    return component != null && isBusy(component)
  })
  return [...new Set(busy.map(({ startMs, endMs }) => `${new Date(startMs).toISOString()} ${endMs - startMs}`))].sort()
}

describe('projectObject of the sample files', () => {
  const used = samples.filter((name) => storable(name).length > 0)

  it('finds samples with overrides, alarms, attendees and attachments', () => {
    const text = used
      .flatMap(storable)
      .map(({ bytes }) => decode(bytes))
      .join('')
    for (const word of ['RECURRENCE-ID', 'BEGIN:VALARM', 'ATTENDEE', 'ATTACH', 'LOCATION']) {
      expect(text.split(word).length).toBeGreaterThan(2)
    }
  })

  it.each(used)('%s has no line at free-busy but those of the allow-list, and the same busy times', (name) => {
    for (const document of storable(name)) {
      const text = shown(document, 'free-busy')
      const before = busyTimes(document)
      if (text === null) {
        expect(before).toEqual([])
        continue
      }
      expect(unexpectedLines(text, busyLines({ uid: 'opaque' }))).toEqual([])
      const after = parse(text)
      validateObject(after)
      expect(busyTimes(after)).toEqual(before)
    }
  })

  it.each(used)('%s has no line at titles but those of the allow-list, and the same times', (name) => {
    for (const document of storable(name)) {
      const text = shown(document, 'titles')
      if (text === null) continue
      expect(unexpectedLines(text, titleLines({ uid: 'opaque', title: '.*' }))).toEqual([])
      expect(busyTimes(parse(text))).toEqual(busyTimes(document))
    }
  })

  it.each(used)('%s is itself, octet for octet, to owners, and to readers where it is public', (name) => {
    for (const document of storable(name)) {
      expect(projectObject(document, 'full', { uid: 'opaque' })).toBe(document.bytes)
      if (!/^CLASS/im.test(decode(document.bytes))) {
        expect(projectObject(document, 'read', { uid: 'opaque' })).toBe(document.bytes)
      }
    }
  })
})

describe('projectObject of random objects', () => {
  const secret = fc.constantFrom(
    ...[
      'SUMMARY;ALTREP="https://x/SECRET";X-P=SECRET:SECRET',
      'DESCRIPTION:SECRET',
      'LOCATION:SECRET',
      'COMMENT:SECRET',
    ],
    ...['ATTENDEE;CN=SECRET:mailto:SECRET@x', 'ORGANIZER;CN=SECRET:mailto:SECRET@x', 'ATTACH:https://SECRET/'],
    ...['X-SECRET:SECRET', 'item1.X-ABLABEL:SECRET', 'CATEGORIES:SECRET', 'URL:https://SECRET/', 'CONTACT:SECRET'],
    ...['CLASS:PUBLIC', 'GEO:1;2', 'CONFERENCE;VALUE=URI:https://SECRET/', 'RELATED-TO:SECRET', 'RESOURCES:SECRET'],
    ...['STATUS:SECRET', 'TRANSP;X-P=SECRET:OPAQUE', 'REQUEST-STATUS:2.0;SECRET', 'COLOR:SECRET', 'IMAGE:SECRET'],
    'BEGIN:VALARM\r\nACTION:EMAIL\r\nTRIGGER:-PT5M\r\nSUMMARY:SECRET\r\nATTENDEE:mailto:SECRET@x\r\nEND:VALARM',
    'BEGIN:VLOCATION\r\nUID:SECRET\r\nNAME:SECRET\r\nEND:VLOCATION',
    ...['RRULE:FREQ=DAILY;COUNT=3;X-SECRET=SECRET', 'RRULE:SECRET', 'RRULE:RSCALE=SECRET;FREQ=DAILY'],
    ...['EXDATE;X-P=SECRET:20260402T100000Z,SECRET', 'RDATE;VALUE=PERIOD;X-P=SECRET:20260405T100000Z/PT2H'],
    ...['DURATION;X-P=SECRET:PT1H', 'SEQUENCE:SECRET', 'LAST-MODIFIED:20260101T000000Z', 'CREATED:20260101T000000Z'],
    'EXDATE;TZID=SECRET zone:20260403T100000',
  )
  const start = fc.constantFrom(
    ...['DTSTART;X-P=SECRET:20260401T100000Z', 'DTSTART;TZID="/SECRET/Europe/Berlin":20260401T100000'],
    ...['DTSTART;TZID=SECRET zone:20260401T100000', 'DTSTART;VALUE=DATE:20260401', 'DTSTART:20260401T100000'],
    'DTSTART;TZID=SECRET nowhere:20260401T100000',
  )
  const zone = [
    ...['BEGIN:VTIMEZONE', 'TZID:SECRET zone', 'X-SECRET:SECRET', 'COMMENT:SECRET', 'TZURL:https://SECRET/'],
    ...['BEGIN:STANDARD', 'DTSTART:19701025T030000', 'TZOFFSETFROM:+0300', 'TZOFFSETTO:+0200', 'TZNAME:SECRET'],
    ...['RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;X-SECRET=SECRET', 'COMMENT:SECRET', 'END:STANDARD', 'BEGIN:DAYLIGHT'],
    ...['DTSTART:19700329T020000', 'TZOFFSETFROM:+0200', 'TZOFFSETTO:+0300', 'TZNAME:SECRET', 'X-SECRET:SECRET'],
    ...['RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU', 'RDATE:19710329T020000,SECRET', 'END:DAYLIGHT', 'END:VTIMEZONE'],
  ]
  const random = fc
    .tuple(fc.shuffledSubarray(['a', 'b', 'c']), start, fc.array(fc.array(secret, { maxLength: 12 }), { minLength: 4 }))
    .map(([overrides, dtstart, extras]) =>
      object(
        ...['X-WR-CALNAME:SECRET', 'X-SECRET:SECRET', ...zone],
        vevent(dtstart, ...(extras[0] ?? []).filter((line) => !line.startsWith('DURATION') || !line.includes('DATE'))),
        ...overrides.map((_, i) =>
          vevent(`RECURRENCE-ID:2026040${i + 1}T100000Z`, `DTSTART:2026040${i + 1}T120000Z`, ...(extras[i + 1] ?? [])),
        ),
      ),
    )

  it('has no line but those of the allow-list, and no word of what it hides, in masters and overrides', () => {
    fc.assert(
      fc.property(random, (document) => {
        const text = shown(document, 'free-busy')
        if (text === null) return
        expect(text).not.toContain('SECRET')
        expect(unexpectedLines(text, busyLines({ uid: 'opaque' }))).toEqual([])
        const named = shown(document, 'titles') ?? ''
        expect(unexpectedLines(named, titleLines({ uid: 'opaque', title: '(?:SECRET)?' }))).toEqual([])
      }),
      { numRuns: 1_000 },
    )
  })

  const when = fc.constantFrom('', 'STATUS:CANCELLED', 'TRANSP:TRANSPARENT', 'STATUS:TENTATIVE')
  const forms = fc.constantFrom('Z', 'berlin', 'zone', 'floating', 'date', 'mixed')
  const stamped = (form: string, day: number, hour: number): string => {
    const date = `202603${String(day).padStart(2, '0')}`
    const clock = `${date}T${String(hour).padStart(2, '0')}0000`
    switch (form) {
      case 'Z':
        return `:${clock}Z`
      case 'berlin':
        return `;TZID=Europe/Berlin:${clock}`
      case 'zone':
        return `;TZID=SECRET zone:${clock}`
      case 'floating':
        return `:${clock}`
      default:
        return `;VALUE=DATE:${date}`
    }
  }
  const rules = ['FREQ=DAILY', 'FREQ=DAILY;INTERVAL=2;COUNT=9', 'FREQ=WEEKLY;BYDAY=MO,SU;UNTIL=20260415T000000Z']
  const series = fc
    .record({
      form: forms,
      rule: fc.constantFrom(...rules, null),
      master: fc.option(when),
      length: fc.constantFrom('DURATION:PT90M', 'DURATION:P1D', ''),
      exdates: fc.uniqueArray(fc.integer({ min: 20, max: 30 }), { maxLength: 2 }),
      rdates: fc.uniqueArray(fc.integer({ min: 20, max: 30 }), { maxLength: 2 }),
      overrides: fc.uniqueArray(
        fc.record({
          day: fc.integer({ min: 20, max: 31 }),
          mark: when,
          onwards: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
          moved: fc.option(fc.integer({ min: 0, max: 23 })),
          idForm: forms,
        }),
        { maxLength: 4, selector: ({ day }) => day },
      ),
    })
    .filter(({ master, overrides }) => master !== null || overrides.length > 0)
    .map(({ form, rule, master, length, exdates, rdates, overrides }) => {
      const at = form === 'mixed' ? 'berlin' : form
      const lengthLine = at === 'date' ? length.replace('PT90M', 'P2D') : length
      const clean = (lines: readonly string[]): readonly string[] => lines.filter((line) => line !== '')
      return object(
        ...zone,
        ...(master === null
          ? []
          : [
              vevent(
                ...clean([`DTSTART${stamped(at, 20, 10)}`, lengthLine, master, rule === null ? '' : `RRULE:${rule}`]),
                ...exdates.map((day) => `EXDATE${stamped(at, day, 10)}`),
                ...rdates.map((day) => `RDATE${stamped(at, day, 10)}`),
              ),
            ]),
        ...overrides.map(({ day, mark, onwards, moved, idForm }) =>
          vevent(
            ...clean([
              `RECURRENCE-ID${onwards ? ';RANGE=THISANDFUTURE' : ''}${stamped(form === 'mixed' ? idForm : at, day, 10)}`,
              moved === null ? '' : `DTSTART${stamped(at, day, moved)}`,
              mark,
              moved === null ? '' : lengthLine,
            ]),
          ),
        ),
      )
    })

  it('keeps the set of busy instances exact, whichever occurrences are cancelled, free or moved', () => {
    const spring = { startMs: Date.UTC(2026, 1, 1), endMs: Date.UTC(2026, 5, 1) }
    fc.assert(
      fc.property(series, (document) => {
        const bytes = projectObject(document, 'free-busy', { uid: 'opaque' })
        expect(bytes === null ? [] : busyTimes(parseCalendar(bytes), spring)).toEqual(busyTimes(document, spring))
      }),
      { numRuns: 3_000 },
    )
  })
})

describe('projectObject', () => {
  const timed = ['DTSTART:20260401T100000Z', 'DTEND:20260401T110000Z', 'SUMMARY:Dentist']

  it('takes a cancelled occurrence out of its series, so that no program shows it as busy', () => {
    const text = shown(
      object(
        vevent(...timed, 'RRULE:FREQ=DAILY'),
        vevent('RECURRENCE-ID:20260403T100000Z', 'DTSTART:20260403T150000Z', 'STATUS:CANCELLED', 'SUMMARY:Off'),
      ),
      'free-busy',
    )
    expect(text).toContain('EXDATE:20260403T100000Z\r\n')
    expect(text?.match(/BEGIN:VEVENT/g)).toHaveLength(1)
  })

  it('shows nothing of what takes no time at free-busy, and its title at titles', () => {
    const free = object(vevent(...timed, 'TRANSP:TRANSPARENT'))
    expect(shown(free, 'free-busy')).toBeNull()
    expect(shown(object(vevent(...timed, 'STATUS:CANCELLED')), 'free-busy')).toBeNull()
    expect(shown(free, 'titles')).toContain('SUMMARY:Dentist\r\n')
    const task = object('BEGIN:VTODO\r\nUID:t\r\nDTSTAMP:20260101T000000Z\r\nDUE:20260401T100000Z\r\nEND:VTODO')
    expect(shown(task, 'free-busy')).toBeNull()
    expect(shown(task, 'titles')).toContain('DUE:20260401T100000Z\r\n')
  })

  it.each(['PRIVATE', 'CONFIDENTIAL', 'private', 'X-OURS'])(
    'shows an event of CLASS %s as busy to whoever does not write, an override making all of it so (RFC 5545 §3.8.1.3)',
    (value) => {
      const document = object(
        vevent(...timed, 'RRULE:FREQ=DAILY', 'CLASS:PUBLIC'),
        vevent('RECURRENCE-ID:20260403T100000Z', 'DTSTART:20260403T150000Z', `CLASS:${value}`, 'LOCATION:Clinic'),
      )
      for (const detail of ['titles', 'read'] as const) {
        const text = shown(document, detail) ?? ''
        expect(text).not.toContain('Dentist')
        expect(text).not.toContain('Clinic')
        expect(text.match(/SUMMARY:Busy\r\n/g)).toHaveLength(2)
      }
      expect(projectObject(document, 'full', { uid: 'opaque' })).toBe(document.bytes)
    },
  )

  it('is not widened by CLASS:PUBLIC', () => {
    expect(shown(object(vevent(...timed, 'CLASS:PUBLIC')), 'free-busy')).not.toContain('Dentist')
  })

  it('writes the title that it is given instead', () => {
    const bytes = projectObject(object(vevent(...timed)), 'free-busy', { uid: 'x', busyText: 'Занято, и всё' })
    expect(decode(bytes ?? new Uint8Array())).toContain('SUMMARY:Занято\\, и всё\r\n')
  })

  it('gives two zones of one name two names, so that a calendar made of many objects keeps them apart', () => {
    const zoned = (offset: string) =>
      object(
        ...['BEGIN:VTIMEZONE', 'TZID:Customized', 'BEGIN:STANDARD', 'DTSTART:19700101T000000'],
        ...[`TZOFFSETFROM:${offset}`, `TZOFFSETTO:${offset}`, 'END:STANDARD', 'END:VTIMEZONE'],
        vevent('DTSTART;TZID=Customized:20260401T100000', 'DURATION:PT1H'),
      )
    const names = ['+0115', '+0245'].map((offset) => /TZID:(\S+)/.exec(shown(zoned(offset), 'free-busy') ?? '')?.[1])
    expect(names[0]).toMatch(/^Zone-/)
    expect(names[0]).not.toBe(names[1])
  })

  it('leaves out alarms, attendees and descriptions, and keeps every other line as stored', () => {
    const alarm = ['BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:Take the notes', 'TRIGGER:-PT5M', 'END:VALARM'].join(
      '\r\n',
    )
    const document = object(
      vevent(...timed, 'X-KEPT;P=1:yes', 'ATTENDEE;CN=Ann:mailto:ann@x', 'ORGANIZER:mailto:b@x', 'DESCRIPTION:Text'),
      vevent('RECURRENCE-ID:20260401T100000Z', ...timed, 'X-ALT-DESC;FMTTYPE=text/html:<b>Text</b>', alarm),
    )
    const all = shown(document, 'full', { alarms: true, attendees: true, descriptions: true }) ?? ''
    expect(all).not.toMatch(/VALARM|mailto|Text|notes/)
    expect(all).toContain('X-KEPT;P=1:yes\r\n')
    const ringing = shown(document, 'read', { descriptions: true }) ?? ''
    expect(ringing).toContain('DESCRIPTION:Reminder\r\nTRIGGER:-PT5M')
    expect(ringing).toContain('ATTENDEE;CN=Ann:mailto:ann@x')
  })
})
