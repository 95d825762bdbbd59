import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type AccessLevel, CalendarError, type CalendarObject } from '@dayport/core'
import {
  type Component,
  createZoneResolver,
  indexObject,
  parseCalendar,
  readTime,
  resolveKnownZone,
  splitCalendar,
  timeValue,
  toUtf8,
  validateObject,
} from '@dayport/core/ical'
import ICAL from 'ical.js'
import nodeIcal from 'node-ical'
import { describe, expect, it } from 'vitest'
import type { FeedOptions } from '../src/feed-options.ts'
import { localMs } from '../src/lint/instants.ts'
import { lintCalendar } from '../src/lint/lint-calendar.ts'
import { objectOf, setUpFeeds } from '../src/test-feeds.ts'

const root = fileURLToPath(new URL('../../core/test/fixtures/icalendar/', import.meta.url))
const samples = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ics'))

/** The objects of a sample that a service would let in. */
const objectsOf = (name: string): readonly CalendarObject[] => {
  const document = parseCalendar(toUtf8(readFileSync(root + name)).bytes)
  const objects: CalendarObject[] = []
  for (const { data } of splitCalendar(document, () => `made-${objects.length}`)) {
    try {
      validateObject(parseCalendar(data))
    } catch (error) {
      if (!CalendarError.is(error)) throw error
      continue
    }
    const index = indexObject(data)
    // A store keeps one object of a UID.
    if (objects.some((object) => object.index.uid === index.uid)) continue
    objects.push(objectOf(`${objects.length}.ics`, new TextDecoder().decode(data), index))
  }
  return objects
}

const yesAndNo = [true, false]
const window = { daysBack: 36_525, daysForward: null }
/** Every detail with every part left out or not, for who may all and who may read; a feed of favourites and one with a window. */
const choices: readonly (Partial<FeedOptions> & { readonly level: AccessLevel })[] = [
  ...(['owner', 'read'] as const).flatMap((level) =>
    yesAndNo.flatMap((alarms) =>
      yesAndNo.flatMap((attendees) => yesAndNo.map((descriptions) => ({ level, alarms, attendees, descriptions }))),
    ),
  ),
  ...(['titles', 'free-busy'] as const).flatMap((detail) => [{ level: 'owner' as const, detail }, { level: detail }]),
  { level: 'owner', window },
]

const feedOf = async (
  objects: readonly CalendarObject[],
  options: Partial<FeedOptions> = {},
  level: AccessLevel = 'owner',
): Promise<Uint8Array> => {
  const { world, get, newLink } = setUpFeeds()
  world.objects = objects
  world.level = level
  const answer = await get((await newLink(null, { options })).address)
  expect(world.errors).toEqual([])
  return new Uint8Array(await answer.arrayBuffer())
}

interface Seen {
  readonly uid: string
  readonly isOverride: boolean
  /** UTC in ISO 8601, the wall clock for floating values, the day for DATEs. */
  readonly start: string
}

/**
 * What we say of the stored objects. A day is a day whether it says so or not, and the time of a zone that nobody knows floats.
 * Instances whose series is not there are events of their own.
 */
const stored = (objects: readonly CalendarObject[]): readonly Seen[] => {
  const seen: Seen[] = []
  for (const { data } of objects) {
    const document = parseCalendar(data)
    const events = document.calendars.flatMap(({ components }) => components).filter(({ name }) => name === 'VEVENT')
    const hasMaster = events.some((event) => event.property('RECURRENCE-ID') === undefined)
    for (const event of events) {
      const id = event.property('RECURRENCE-ID')
      const property = event.property('DTSTART') ?? id
      const start = property === undefined ? null : readTime(property)
      const uid = event.property('UID')?.value.trim() ?? ''
      if (start === null || uid.includes('\\')) continue
      const zone = start.kind === 'zoned' ? createZoneResolver().resolve(start.tzid) : null
      const isOurs = start.kind === 'zoned' && document.calendars.some((calendar) => explains(calendar, start.tzid))
      if (zone === null ? isOurs : resolveKnownZone(zone.id) === null) continue // its own VTIMEZONE decides: see the tests of zones
      const text =
        zone === null
          ? start.kind === 'date'
            ? start.date
            : start.kind === 'utc'
              ? start.instant
              : start.local
          : new Date(zone.toInstant(localMs(start))).toISOString().replace('.000Z', 'Z')
      const idTime = id === undefined ? null : readTime(id)
      const isOverride = idTime !== null && hasMaster
      const name = idTime === null || hasMaster ? uid : `${uid}-${timeValue(idTime)}`
      seen.push({ uid: name, isOverride, start: text })
    }
  }
  return seen
}

const explains = (calendar: Component, tzid: string): boolean =>
  calendar.components.some((zone) => zone.name === 'VTIMEZONE' && zone.property('TZID')?.value.trim() === tzid)

const keysOf = (seen: readonly Seen[]): readonly string[] =>
  seen.map(({ uid, isOverride, start }) => `${uid} ${isOverride} ${start}`).sort()

/** What ical.js reads, its zones from the feed alone. */
const byIcalJs = (feed: string): readonly Seen[] => {
  const calendar = new ICAL.Component(ICAL.parse(feed) as unknown as unknown[])
  const zones = new Map(
    calendar
      .getAllSubcomponents('vtimezone')
      .map((zone) => [
        String(zone.getFirstPropertyValue('tzid')),
        new ICAL.Timezone({ component: zone, tzid: String(zone.getFirstPropertyValue('tzid')) }),
      ]),
  )
  const seen: Seen[] = []
  for (const event of calendar.getAllSubcomponents('vevent')) {
    const property = event.getFirstProperty('dtstart')
    const time = property?.getFirstValue()
    if (property === null || !(time instanceof ICAL.Time)) continue
    const tzid = property.getFirstParameter('tzid')
    const zone = tzid === undefined ? undefined : zones.get(tzid)
    if (zone !== undefined) time.zone = zone
    const isInstant = !time.isDate && (zone !== undefined || time.zone === ICAL.Timezone.utcTimezone)
    const start = isInstant ? new Date(time.toUnixTime() * 1000).toISOString().replace('.000Z', 'Z') : time.toString()
    const uid = String(event.getFirstPropertyValue('uid') ?? '').trim()
    seen.push({ uid, isOverride: event.hasProperty('recurrence-id'), start })
  }
  return seen
}

/** What node-ical reads: one event for a UID, its overrides in it. */
const byNodeIcal = (feed: string): ReadonlyMap<string, Date> => {
  const starts = new Map<string, Date>()
  for (const entry of Object.values(nodeIcal.sync.parseICS(feed))) {
    if (entry !== undefined && entry.type === 'VEVENT' && entry.start instanceof Date)
      starts.set(String(entry.uid).trim(), entry.start)
  }
  return starts
}

const byPython = (feed: Uint8Array): readonly Seen[] => {
  const script = fileURLToPath(new URL('./read_feed.py', import.meta.url))
  const text = execFileSync('/usr/bin/python3', [script], { input: feed, stdio: ['pipe', 'pipe', 'pipe'] }).toString()
  const events = JSON.parse(text) as readonly (readonly [string, string | null, string])[]
  return events.map(([uid, id, start]) => ({ uid: uid.trim(), isOverride: id !== null, start }))
}

const hasPython = (() => {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import icalendar'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** Files whose own events a reader cannot take in, by themselves as in a feed. */
const refused: Readonly<Record<'icalJs' | 'nodeIcal' | 'python', readonly string[]>> = {
  icalJs: [
    'collective__icalendar/calendars/rfc_7529.ics', // a thirteenth month
  ],
  nodeIcal: ['collective__icalendar/calendars/rfc_7529.ics'], // RSCALE
  python: [
    'collective__icalendar/calendars/issue_27_multiple_periods_in_freebusy_one_freebusy.ics', // several PERIODs
  ],
}
const readable = (reader: keyof typeof refused) => samples.filter((name) => !refused[reader].includes(name))

/** A file of many events is large, and one without any is empty; reminders of other programs' own kinds are theirs. */
const ofContent = /^(?:huge-file|no-events|alarm-action|inline-attachment)$/

describe('A feed of each sample file', () => {
  it.each(samples)('%s is as the linter wants feeds, under every option and for every reader', async (name) => {
    const objects = objectsOf(name)
    for (const { level, ...options } of choices) {
      const findings = lintCalendar(await feedOf(objects, options, level))
      const faults = findings.filter(({ code, severity }) => severity !== 'info' && !ofContent.test(code))
      expect(faults, JSON.stringify({ level, ...options })).toEqual([])
    }
  })

  it.each(readable('icalJs'))('%s is read by ical.js with the same instants', async (name) => {
    const objects = objectsOf(name)
    const wanted = keysOf(stored(objects))
    const feed = new TextDecoder().decode(await feedOf(objects))
    const found = new Set(keysOf(byIcalJs(feed)))
    expect(wanted.filter((key) => !found.has(key))).toEqual([])
  })

  it.each(readable('nodeIcal'))('%s is read by node-ical with the same instants', async (name) => {
    const objects = objectsOf(name)
    const starts = byNodeIcal(new TextDecoder().decode(await feedOf(objects)))
    for (const { uid, isOverride, start } of stored(objects)) {
      if (isOverride || !start.endsWith('Z')) continue // it keeps days and floating times as dates of this machine
      expect(starts.get(uid)?.toISOString().replace('.000Z', 'Z'), uid).toBe(start)
    }
  })

  it.skipIf(!hasPython).each(readable('python'))(
    '%s is read by python3-icalendar with the same instants',
    async (name) => {
      const objects = objectsOf(name)
      const found = new Set(keysOf(byPython(await feedOf(objects))))
      expect(keysOf(stored(objects)).filter((key) => !found.has(key))).toEqual([])
    },
  )
})
