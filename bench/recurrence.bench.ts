/**
 * Instances per second of processor time, beside the other engines on the same rules in the same run, and the occurrence
 * index's one-week query: `npm run bench recurrence`.
 */
import ICAL from 'ical.js'
import rrule from 'rrule'
import { RRuleSet } from 'rrule-rust'
import { RRuleTemporal } from 'rrule-temporal'
import {
  createOccurrenceIndex,
  expandRule,
  expandSeries,
  factsToJson,
  type SeriesFacts,
  seriesBounds,
} from '../packages/core/src/ical/index.ts'
import type { CalendarTime, ObjectIndex } from '../packages/core/src/index.ts'

const rules = [
  'FREQ=DAILY',
  'FREQ=DAILY;INTERVAL=3',
  'FREQ=WEEKLY',
  'FREQ=WEEKLY;BYDAY=MO,WE,FR',
  'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU',
  'FREQ=MONTHLY;BYMONTHDAY=15',
  'FREQ=MONTHLY;BYDAY=2TU',
  'FREQ=MONTHLY;BYDAY=-1FR',
  'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
  'FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'FREQ=YEARLY',
]
/** As a calendar shows: some years of a series. */
const perRule = 200

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Best of several rounds, each long enough to measure. */
const rateOf = (expand: (rule: string) => number): number => {
  let best = 0
  for (let round = 0; round < 5; round++) {
    let instances = 0
    const start = cpuMs()
    while (cpuMs() - start < 120) for (const rule of rules) instances += expand(rule)
    best = Math.max(best, (instances / (cpuMs() - start)) * 1000)
  }
  return best
}

const start: CalendarTime = { kind: 'zoned', local: '2020-01-06T09:00:00', tzid: 'Europe/Berlin' }
const end: CalendarTime = { kind: 'zoned', local: '2020-01-06T10:00:00', tzid: 'Europe/Berlin' }
const factsFor = (rule: string): SeriesFacts => ({
  ...{ start, end, duration: null, rrules: [rule], exrules: [], rdates: [], exdates: [], overrides: [], zones: {} },
})
const always = { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY }
const header = 'DTSTART;TZID=Europe/Berlin:20200106T090000\nRRULE:'
const utcHeader = 'DTSTART:20200106T090000Z\nRRULE:'
const icalStart = ICAL.Time.fromDateTimeString('2020-01-06T09:00:00')

const engines: Readonly<Record<string, (rule: string) => number>> = {
  'dayport expandRule (text to CalendarTime)': (rule) => expandRule(rule, start, { limit: perRule }).length,
  'dayport expandSeries (zone, start, end, id)': (rule) =>
    expandSeries(factsFor(rule), { range: always, maxInstances: perRule }).instances.length,
  'rrule-rust 3.1.1, UTC': (rule) => RRuleSet.fromString(utcHeader + rule).all(perRule).length,
  'rrule-rust 3.1.1, zone': (rule) => RRuleSet.fromString(header + rule).all(perRule).length,
  'rrule 2.8.1, UTC': (rule) => rrule.rrulestr(utcHeader + rule).all((_, index) => index < perRule - 1).length,
  'ical.js 2.2.1, floating': (rule) => {
    const iterator = ICAL.Recur.fromString(rule).iterator(icalStart)
    let found = 0
    while (found < perRule && iterator.next()) found++
    return found
  },
  'rrule-temporal 2.2.8, zone': (rule) =>
    new RRuleTemporal({ rruleString: header + rule }).all((_, index) => index < perRule).length,
}

console.log(`${rules.length} usual rules, ${perRule} instances each; instances per second of processor time\n`)
const rates = Object.entries(engines).map(([name, expand]) => [name, rateOf(expand)] as const)
const rust = rates.find(([name]) => name === 'rrule-rust 3.1.1, zone')?.[1] ?? Number.NaN
for (const [name, rate] of rates) {
  console.log(
    `${name.padEnd(46)} ${Math.round(rate).toLocaleString('en').padStart(12)}   ${(rate / rust).toFixed(2)} × rrule-rust`,
  )
}

/** 50 000 objects, a third of them endless series; a week holds at most 200 of them. */
const weekMs = 7 * 86_400_000
const base = Date.UTC(2020, 0, 6)
let seed = 1
const random = (): number => {
  seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff
  return seed / 0x7fffffff
}
const objectOf = (i: number): ObjectIndex => {
  const common = { uid: `${i}`, component: 'VEVENT', tzids: [] }
  if (i % 3 !== 0) {
    const startMs = base + Math.floor(random() * 400 * weekMs)
    return { ...common, firstStartMs: startMs, lastEndMs: startMs + 3_600_000, recurrence: null }
  }
  const kind = i % 3000 === 0 ? 'FREQ=WEEKLY;BYDAY=MO,WE' : i % 2 === 0 ? 'FREQ=YEARLY' : 'FREQ=MONTHLY;INTERVAL=24'
  const day = new Date(base + Math.floor(random() * 730) * 86_400_000).toISOString().slice(0, 10)
  const facts = {
    ...factsFor(kind),
    start: { kind: 'zoned', local: `${day}T09:00:00`, tzid: 'Europe/Berlin' },
    end: { kind: 'zoned', local: `${day}T10:00:00`, tzid: 'Europe/Berlin' },
  } as const
  return { ...common, ...seriesBounds(facts), recurrence: factsToJson(facts) }
}

const objects = Array.from({ length: 50_000 }, (_, i) => objectOf(i))
const index = createOccurrenceIndex()
const loadStart = cpuMs()
for (const [i, object] of objects.entries()) index.set(`${i}.ics`, object)
const loadMs = cpuMs() - loadStart
const from = base + 200 * weekMs
const coldStart = cpuMs()
index.query({ startMs: from, endMs: from + weekMs })
const coldMs = cpuMs() - coldStart
for (let i = 0; i < 7; i++) index.query({ startMs: from + (i * weekMs) / 7, endMs: from + weekMs + (i * weekMs) / 7 })
let names = 0
let most = 0
const warmStart = cpuMs()
for (let i = 0; i < 7_000; i++) {
  const startMs = from + ((i % 7) * weekMs) / 7
  const found = index.query({ startMs, endMs: startMs + weekMs }).length
  names += found
  most = Math.max(most, found)
}
const warmMs = (cpuMs() - warmStart) / 7_000
console.log(`
occurrence index: 50 000 objects, a third endless series
  load ${loadMs.toFixed(0)} ms, first week (compiles all series) ${coldMs.toFixed(0)} ms
  warm one-week query ${warmMs.toFixed(3)} ms, ${Math.round(names / 7_000)} names on average, ${most} at most`)
