import {
  type Component,
  type ComponentDraft,
  draftOf,
  editCalendar,
  expandSeries,
  masterComponent,
  overrideComponents,
  type PropertyDraft,
  parseCalendar,
  rawProperty,
  readTextList,
  readTime,
  seriesFacts,
  textListProperty,
  textProperty,
  timeProperty,
} from '@dayport/core/ical'

/** An event as a person makes it: in a zone with summer time, single or weekly. */
export const newEvent = (facts: {
  readonly uid: string
  readonly title: string
  /** Wall-clock, `20260316T090000`. */
  readonly start: string
  readonly end: string
  readonly zone?: string
  readonly rule?: string
  /** Further content lines. */
  readonly lines?: readonly string[]
}): Uint8Array => {
  const zone = facts.zone ?? 'Europe/Berlin'
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Dayport//testkit//EN',
    ...(zone === ownZone ? ownZoneLines(1) : []),
    'BEGIN:VEVENT',
    `UID:${facts.uid}`,
    'DTSTAMP:20260101T000000Z',
    `DTSTART;TZID=${zone}:${facts.start}`,
    `DTEND;TZID=${zone}:${facts.end}`,
    ...(facts.rule === undefined ? [] : [`RRULE:${facts.rule}`]),
    `SUMMARY:${facts.title}`,
    ...(facts.lines ?? []),
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]
  return new TextEncoder().encode(lines.join('\r\n'))
}

/** A zone that no database has: what it means is what its VTIMEZONE says. */
export const ownZone = 'Plant time'

const ownZoneLines = (hours: number): readonly string[] => zoneLines(ownZone, hours)

const zoneLines = (zone: string, hours: number): readonly string[] => [
  'BEGIN:VTIMEZONE',
  `TZID:${zone}`,
  'BEGIN:STANDARD',
  'DTSTART:19700101T000000',
  `TZOFFSETFROM:+${String(hours).padStart(2, '0')}00`,
  `TZOFFSETTO:+${String(hours).padStart(2, '0')}00`,
  'END:STANDARD',
  'END:VTIMEZONE',
]

/** Another definition of `ownZone`, where the event is in it. */
export const withOwnZone =
  (hours: number): Edit =>
  (data) => {
    const text = new TextDecoder().decode(data)
    const lines = ownZoneLines(hours).join('\r\n')
    return new TextEncoder().encode(text.replace(/BEGIN:VTIMEZONE\r\nTZID:Plant time\r\n[\s\S]*?END:VTIMEZONE/, lines))
  }

/** A definition of the zone that an event is in, which every database has another one of. */
export const withKnownZone =
  (hours: number): Edit =>
  (data) => {
    const text = new TextDecoder().decode(data)
    const zone = /DTSTART;TZID=(Europe\/Berlin|America\/New_York):/.exec(text)?.[1]
    if (zone === undefined) return data
    const lines = zoneLines(zone, hours).join('\r\n')
    const without = text.replace(/BEGIN:VTIMEZONE\r\n[\s\S]*?END:VTIMEZONE\r\n/g, '')
    return new TextEncoder().encode(without.replace('BEGIN:VEVENT', `${lines}\r\nBEGIN:VEVENT`))
  }

type Edit = (data: Uint8Array) => Uint8Array

/** Gives the event one property of that name, or none. */
export const withProperty =
  (name: string, draft: PropertyDraft | null): Edit =>
  (data) => {
    const document = parseCalendar(data)
    const master = masterComponent(document) ?? overrideComponents(document)[0]
    if (master === undefined) return data
    const editor = editCalendar(document)
    editor.setAll(master, name, draft === null ? [] : [draft])
    return editor.toBytes()
  }

export const withText = (name: string, text: string): Edit => withProperty(name, textProperty(name, text))

/** Adds a category, or takes the first one out. */
export const withCategory =
  (added: string | null): Edit =>
  (data) => {
    const master = masterComponent(parseCalendar(data))
    const before = master?.propertiesNamed('CATEGORIES').flatMap((property) => readTextList(property)) ?? []
    const after = added === null ? before.slice(1) : [...before, added]
    return withProperty('CATEGORIES', after.length === 0 ? null : textListProperty('CATEGORIES', after))(data)
  }

/** Moves the event, or a whole series, to another time of its day. */
export const withHour =
  (hour: number): Edit =>
  (data) => {
    const document = parseCalendar(data)
    const master = masterComponent(document)
    if (master === null) return data
    const editor = editCalendar(document)
    for (const [name, at] of [
      ['DTSTART', hour],
      ['DTEND', hour + 1],
    ] as const) {
      const property = master.property(name)
      const time = property === undefined ? null : readTime(property)
      if (time?.kind !== 'zoned') return data
      const local = `${time.local.slice(0, 11)}${String(at).padStart(2, '0')}:00:00`
      editor.set(master, timeProperty(name, { ...time, local }))
    }
    // As calendar programs do: another time of the series is a new series without exceptions.
    dropExceptions(editor, document)
    return editor.toBytes()
  }

/** Another rule, or none. */
export const withRule =
  (rule: string | null): Edit =>
  (data) => {
    const document = parseCalendar(data)
    const master = masterComponent(document)
    if (master === null) return data
    const editor = editCalendar(document)
    editor.setAll(master, 'RRULE', rule === null ? [] : [rawProperty('RRULE', rule)])
    dropExceptions(editor, document)
    return editor.toBytes()
  }

/** Moves the event, or a whole series, to another start, wall-clock; it takes an hour. */
export const withStart =
  (local: string): Edit =>
  (data) => {
    const document = parseCalendar(data)
    const master = masterComponent(document)
    const start = master?.property('DTSTART')
    const time = start === undefined ? null : readTime(start)
    if (master === null || time?.kind !== 'zoned') return data
    const editor = editCalendar(document)
    const end = new Date(Date.parse(`${local}Z`) + 3_600_000).toISOString().slice(0, 19)
    editor.set(master, timeProperty('DTSTART', { ...time, local }))
    editor.set(master, timeProperty('DTEND', { ...time, local: end }))
    return editor.toBytes()
  }

export const dropExceptions = (
  editor: ReturnType<typeof editCalendar>,
  document: ReturnType<typeof parseCalendar>,
): void => {
  const master = masterComponent(document)
  if (master !== null) editor.removeNamed(master, 'EXDATE')
  for (const override of overrideComponents(document)) editor.removeComponent(override)
}

const dayMs = 86_400_000

/** As the rule and what was taken out of it have them, in two months. */
export const occurrencesOf = (data: Uint8Array) => {
  const document = parseCalendar(data)
  const facts = { ...seriesFacts(document), overrides: [] }
  const start = masterComponent(document)?.property('DTSTART')
  const time = start === undefined ? null : readTime(start)
  if (time?.kind !== 'zoned') return []
  const from = Date.parse(`${time.local}Z`)
  return expandSeries(facts, { range: { startMs: from - dayMs, endMs: from + 60 * dayMs } }).instances
}

/** Gives one occurrence a title of its own. */
export const withException =
  (index: number, title: string): Edit =>
  (data) => {
    const document = parseCalendar(data)
    const master = masterComponent(document)
    const instances = occurrencesOf(data)
    const instance = instances[index % Math.max(1, instances.length)]
    const [calendar] = document.calendars
    if (master?.property('RRULE') === undefined || instance === undefined || calendar === undefined) return data
    const editor = editCalendar(document)
    const known = overrideComponents(document).find((one) => sameTime(one, instance.recurrenceId))
    if (known !== undefined) editor.set(known, textProperty('SUMMARY', title))
    else {
      const without = new Set(['RRULE', 'EXDATE', 'DTSTART', 'DTEND', 'SUMMARY'])
      const override: ComponentDraft = {
        name: 'VEVENT',
        properties: [
          ...master.properties.filter(({ name }) => !without.has(name)).map(draftOf),
          timeProperty('RECURRENCE-ID', instance.recurrenceId),
          timeProperty('DTSTART', instance.start),
          timeProperty('DTEND', instance.end),
          textProperty('SUMMARY', title),
        ],
      }
      editor.addComponent(calendar, override)
    }
    return editor.toBytes()
  }

const sameTime = (override: Component, time: ReturnType<typeof readTime>): boolean =>
  JSON.stringify(readTime(override.property('RECURRENCE-ID')!)) === JSON.stringify(time)

/** Takes one occurrence out. */
export const withoutOccurrence =
  (index: number): Edit =>
  (data) => {
    const document = parseCalendar(data)
    const master = masterComponent(document)
    const instances = occurrencesOf(data)
    const instance = instances[index % Math.max(1, instances.length)]
    if (master?.property('RRULE') === undefined || instance === undefined || instances.length < 3) return data
    const editor = editCalendar(document)
    editor.add(master, timeProperty('EXDATE', instance.recurrenceId))
    const known = overrideComponents(document).find((one) => sameTime(one, instance.recurrenceId))
    if (known !== undefined) editor.removeComponent(known)
    return editor.toBytes()
  }
