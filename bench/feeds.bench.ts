/** A feed of 50 000 stored objects, beside other writers and readers in the same run: `npm run bench feeds`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { CalendarObject, DayportStore } from '@dayport/core'
import { indexObject } from '@dayport/core/ical'
import { createMemoryStore } from '@dayport/core/memory'
import { createAuthorize, detailOf } from '@dayport/core/service'
import { createFeedHandler, createFeedLinks, type FeedLinkRecord } from '@dayport/ical-export'
import { openSqliteStore } from '@dayport/storage-sql/sqlite'
import ICAL from 'ical.js'
import ical from 'ical-generator'
import nodeIcal from 'node-ical'

const total = 50_000
const compared = 2_000
const nowMs = Date.UTC(2026, 5, 1)

const two = (value: number) => String(value).padStart(2, '0')
const day = (i: number) => `2026${two(1 + (i % 12))}${two(1 + ((i * 5) % 28))}`

/** About 1 kB of components, in CRLF and folded as programs send them; 30 % are series. */
const componentsOf = (i: number): readonly string[] => [
  'BEGIN:VEVENT',
  `UID:${i}-7e3c0c1e-6f8e-4f0c-9b57-2f8f0f7d6a11@example.org`,
  'DTSTAMP:20260101T120000Z',
  `DTSTART;TZID=Europe/Berlin:${day(i)}T${two(8 + (i % 10))}0000`,
  `DTEND;TZID=Europe/Berlin:${day(i)}T${two(9 + (i % 10))}0000`,
  ...(i % 10 < 3 ? ['RRULE:FREQ=WEEKLY;UNTIL=20270101T000000Z'] : []),
  `SUMMARY:Еженедельное совещание ${i}`,
  'LOCATION:Переговорная «Байкал»\\, этаж 3',
  'DESCRIPTION:Agenda\\, minutes and decisions of the last meeting. Agenda\\, mi',
  ...Array.from({ length: 6 }, () => ' tes and decisions of the last meeting. Agenda\\, minutes and decisions of t'),
  'ATTENDEE;CN=Ann;PARTSTAT=ACCEPTED:mailto:ann@example.org',
  'BEGIN:VALARM',
  'ACTION:DISPLAY',
  'TRIGGER:-PT15M',
  'DESCRIPTION:Reminder',
  'END:VALARM',
  'END:VEVENT',
]

const stored = (i: number): Uint8Array =>
  new TextEncoder().encode(
    ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//bench//EN', ...componentsOf(i), 'END:VCALENDAR', ''].join('\r\n'),
  )

const bodies = Array.from({ length: total }, (_, i) => Buffer.from(`${componentsOf(i).join('\r\n')}\r\n`))
const bytes = bodies.reduce((sum, { length }) => sum + length, 0)

const timed = async (work: () => Promise<unknown> | unknown): Promise<number> => {
  const from = performance.now()
  await work()
  return performance.now() - from
}
const best = async (rounds: number, work: () => Promise<unknown> | unknown): Promise<number> => {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) least = Math.min(least, await timed(work))
  return least
}

const memory = (): number => {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return heapUsed + Math.max(external, arrayBuffers)
}
const mib = (value: number): string => `${(value / 1024 / 1024).toFixed(1)} MiB`.padStart(12)

const settled = async (): Promise<number> => {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.()
    await setImmediate()
  }
  return memory()
}

/**
 * Reads a feed and shows how much memory was in use meanwhile, beyond what was held before: at each turn of the event loop, with the
 * garbage that nobody has collected yet; and how much is held afterwards.
 */
const showMemory = async (label: string, answer: () => Promise<Response>): Promise<void> => {
  const before = await settled()
  let peak = before
  let isRead = false
  const watch = async () => {
    while (!isRead) {
      peak = Math.max(peak, memory())
      await setImmediate()
    }
  }
  await Promise.all([
    watch(),
    answer()
      .then(drain)
      .finally(() => (isRead = true)),
  ])
  const held = (await settled()) - before
  console.log(`  ${label.padEnd(62)} ${mib(peak - before)}, held ${mib(held).trim()}`)
  await (await answer()).body?.cancel() // until here the door was in use
}

const show = (label: string, ms: number, size: number, unit: number): void => {
  const ratio = ms / size / unit
  console.log(
    `  ${label.padEnd(62)} ${ms.toFixed(1).padStart(9)} ms ${(size / ms / 1000).toFixed(0).padStart(7)} MB/s ${ratio.toFixed(ratio < 10 ? 2 : 0).padStart(7)} ×`,
  )
}

const fill = async (store: DayportStore): Promise<string> => {
  const { id } = await store.createCalendar({ owner: 'ann', name: 'work', exportAllowed: true })
  for (let from = 0; from < total; from += 1_000) {
    await store.transaction(async (tx) => {
      for (let i = from; i < from + 1_000; i++) {
        const data = stored(i)
        await store.putObject({ calendar: id, name: `${i}.ics` }, { data, index: indexObject(data) }, undefined, { tx })
      }
    })
  }
  return id
}

const doorTo = async (
  store: Pick<DayportStore, 'getCalendar' | 'findObjects' | 'findBodies'>,
  calendar: string,
  cacheBytes?: number,
) => {
  const records = new Map<string, FeedLinkRecord>()
  const links = createFeedLinks({
    store: {
      create: async (record) => void records.set(record.id, record),
      get: async (id) => records.get(id) ?? null,
      list: async () => [...records.values()],
      update: async () => undefined,
      revoke: async () => undefined,
      touch: async () => undefined,
    },
    key: new Uint8Array(32).fill(1),
    now: () => nowMs,
    newId: () => 'link',
  })
  const handler = createFeedHandler({
    store,
    authorize: createAuthorize(store),
    detailOf,
    principals: { principalOf: async (id) => ({ id, groups: [] }) },
    links,
    now: () => nowMs,
    onError: (error) => {
      throw error
    },
    ...(cacheBytes === undefined ? {} : { cacheBytes }),
  })
  const link = await links.create({ principal: 'ann', scope: { calendar }, name: 'bench' })
  const url = `http://localhost/ical/${await links.address(link)}`
  return (headers: Record<string, string> = {}) => handler(new Request(url, { headers }))
}

const drain = async (response: Response): Promise<void> => {
  for await (const _ of response.body ?? []) {
    // Thrown away, as a socket does.
  }
}

const measureStore = async (name: string, store: DayportStore, unit: number): Promise<void> => {
  const id = await fill(store)
  console.log(`${name}:`)
  await showMemory('  most extra memory: streamed past the cache', await doorTo(store, id, 1024 * 1024))
  await showMemory('  most extra memory: rebuilt, its segment kept', await doorTo(store, id))
  show('  rebuilt from rows', await best(3, async () => drain(await (await doorTo(store, id))())), bytes, unit)
  const streaming = await doorTo(store, id, 1024 * 1024)
  show('  streamed past the cache (rows read twice)', await best(2, async () => drain(await streaming())), bytes, unit)
  const warm = await doorTo(store, id)
  await drain(await warm())
  show('  warm', await best(5, async () => drain(await warm())), bytes, unit)
  show('  warm, gathered into one buffer', await best(5, async () => (await warm()).arrayBuffer()), bytes, unit)
  const gzip = { 'accept-encoding': 'gzip' }
  show('  warm, gzip for the first time', await timed(async () => drain(await warm(gzip))), bytes, unit)
  show('  warm, gzip again', await best(5, async () => drain(await warm(gzip))), bytes, unit)
  const etag = (await warm()).headers.get('etag') ?? ''
  const times = 2_000
  const ms = await timed(async () => {
    for (let i = 0; i < times; i++) await warm({ 'if-none-match': etag })
  })
  console.log(`  ${'  304'.padEnd(62)} ${(ms / times).toFixed(3).padStart(9)} ms`)
}

const firstObjects = (): readonly Pick<CalendarObject, 'data'>[] =>
  Array.from({ length: compared }, (_, i) => ({ data: stored(i) }))

const measureOthers = async (unit: number): Promise<void> => {
  const text = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//bench//EN']
  for (let i = 0; i < compared; i++) text.push(...componentsOf(i))
  const calendar = `${[...text, 'END:VCALENDAR'].join('\r\n')}\r\n`
  const size = Buffer.byteLength(calendar)
  console.log(`others, ${compared.toLocaleString('en')} events, their objects at hand:`)
  const component = new ICAL.Component(ICAL.parse(calendar) as unknown as unknown[])
  show('  ical.js writes', await best(5, () => component.toString()), size, unit)
  const parsed = firstObjects().map(({ data }) => new TextDecoder().decode(data))
  show('  ical.js reads the objects and writes one calendar', await best(2, () => merged(parsed)), size, unit)
  const generator = generatorOf()
  const written = Buffer.byteLength(generator.toString())
  show('  ical-generator writes', await best(3, () => generator.toString()), written, unit)
  show('  node-ical reads (it writes nothing)', await best(3, () => nodeIcal.sync.parseICS(calendar)), size, unit)
}

const merged = (texts: readonly string[]): string => {
  const calendar = new ICAL.Component('vcalendar')
  for (const text of texts) {
    const component = new ICAL.Component(ICAL.parse(text) as unknown as unknown[])
    for (const event of component.getAllSubcomponents('vevent')) calendar.addSubcomponent(event)
  }
  return calendar.toString()
}

const generatorOf = () => {
  const calendar = ical({ name: 'bench' })
  for (let i = 0; i < compared; i++) {
    calendar.createEvent({
      id: `${i}-7e3c0c1e-6f8e-4f0c-9b57-2f8f0f7d6a11@example.org`,
      start: new Date(nowMs + i * 3_600_000),
      end: new Date(nowMs + (i + 1) * 3_600_000),
      summary: `Еженедельное совещание ${i}`,
      location: 'Переговорная «Байкал», этаж 3',
      description: 'Agenda, minutes and decisions of the last meeting. '.repeat(9),
      alarms: [{ trigger: 900 }],
    })
  }
  return calendar
}

console.log(
  `${total.toLocaleString('en')} objects, ${(bytes / 1e6).toFixed(1)} MB; × is the time of Buffer.concat per byte`,
)
const unit = (await best(7, () => Buffer.concat(bodies))) / bytes
show('Buffer.concat', unit * bytes, bytes, unit)
await measureStore('rows in memory', createMemoryStore(), unit)
const folder = mkdtempSync(join(tmpdir(), 'dayport-bench-'))
try {
  const sqlite = openSqliteStore(join(folder, 'store.db'))
  await measureStore('rows in SQLite', sqlite, unit)
  await sqlite.close()
} finally {
  rmSync(folder, { recursive: true })
}
await measureOthers(unit)
