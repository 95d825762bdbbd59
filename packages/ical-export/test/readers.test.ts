import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CalendarError, type CalendarObject } from '@dayport/core'
import {
  createZoneResolver,
  indexObject,
  parseCalendar,
  readTime,
  resolveKnownZone,
  splitCalendar,
  toUtf8,
  validateObject,
} from '@dayport/core/ical'
import ICAL from 'ical.js'
import nodeIcal from 'node-ical'
import { describe, expect, it } from 'vitest'
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

const feedOf = async (objects: readonly CalendarObject[]): Promise<Uint8Array> => {
  const { world, get, newLink } = setUpFeeds()
  world.objects = objects
  const answer = await get((await newLink()).address)
  expect(world.errors).toEqual([])
  return new Uint8Array(await answer.arrayBuffer())
}

interface Seen {
  readonly uid: string
  readonly isOverride: boolean
  /** UTC in ISO 8601, the wall clock for floating values, the day for DATEs. */
  readonly start: string
}

/** What we say of the stored objects, of events whose start has one meaning for every reader. */
const stored = (objects: readonly CalendarObject[]): readonly Seen[] => {
  const seen: Seen[] = []
  for (const { data } of objects) {
    const document = parseCalendar(data)
    for (const event of document.calendars.flatMap(({ components }) => components)) {
      if (event.name !== 'VEVENT') continue
      const property = event.property('DTSTART')
      const start = property === undefined ? null : readTime(property)
      const uid = event.property('UID')?.value.trim() ?? ''
      if (property === undefined || start === null || uid.includes('\\')) continue
      const isOverride = event.property('RECURRENCE-ID') !== undefined
      if (start.kind === 'date') {
        // A day without VALUE=DATE is read as each program likes.
        if (property.param('VALUE')?.toUpperCase() === 'DATE') seen.push({ uid, isOverride, start: start.date })
      } else if (start.kind === 'floating') {
        if (property.param('TZID') === undefined) seen.push({ uid, isOverride, start: start.local })
      } else if (start.kind === 'utc') seen.push({ uid, isOverride, start: start.instant })
      else {
        const zone = resolveKnownZone(start.tzid) === null ? null : createZoneResolver().resolve(start.tzid)
        if (zone === null) continue // its own VTIMEZONE decides: compared in the tests of zones
        const instant = new Date(zone.toInstant(localMs(start))).toISOString().replace('.000Z', 'Z')
        seen.push({ uid, isOverride, start: instant })
      }
    }
  }
  return seen
}

const keysOf = (seen: readonly Seen[]): readonly string[] =>
  seen.map(({ uid, isOverride, start }) => `${uid} ${isOverride} ${start}`).sort()

/** `null` for a day without VALUE=DATE, which ical.js takes for a broken time. */
const timeOf = (property: ICAL.Property): ICAL.Time | null => {
  try {
    const time = property.getFirstValue()
    return time instanceof ICAL.Time ? time : null
  } catch (error) {
    if (/T::/.test(String(error))) return null
    throw error
  }
}

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
    const time = property === null ? null : timeOf(property)
    if (property === null || time === null) continue
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
    'collective__icalendar/calendars/issue_168_input.ics', // a line without a colon
    'collective__icalendar/events/issue_104_mark_events_broken.ics', // the same
    'collective__icalendar/calendars/rfc_7529.ics', // a thirteenth month
  ],
  nodeIcal: ['collective__icalendar/calendars/rfc_7529.ics'], // RSCALE
  python: [
    'collective__icalendar/calendars/issue_218_bad_tzid.ics', // DATEs in its VTIMEZONE
    'collective__icalendar/calendars/issue_27_multiple_periods_in_freebusy_one_freebusy.ics', // several PERIODs
  ],
}
const readable = (reader: keyof typeof refused) => samples.filter((name) => !refused[reader].includes(name))

/** Faults that come with the event itself: a feed hands it on as it is. */
const ofContent =
  /^(?:control-character|malformed-line|unbalanced-quote|missing-dtst|repeated|override-|unreadable|end-|missing-value|tzid-with|rule-|until-|several-rules|exception-|unknown-|windows-|vtimezone-(?:invalid|outdated)|unescaped|inline|alarm|huge|no-events)/

describe('A feed of each sample file', () => {
  it.each(samples)('%s is as the linter wants feeds, but for what its events say themselves', async (name) => {
    const findings = lintCalendar(await feedOf(objectsOf(name)))
    expect(findings.filter(({ code }) => !ofContent.test(code))).toEqual([])
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
