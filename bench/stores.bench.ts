// Stores under load: node bench/stores.bench.ts, after a build. Figures are of this run and this machine.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DayportStore, ObjectDraft } from '@dayport/core'
import { indexObject } from '@dayport/core/ical'
import { createMemoryStore } from '@dayport/core/memory'
import { openSqliteStore } from '@dayport/storage-sql/sqlite'

const total = 50_000
const dayMs = 86_400_000
const epoch = Date.UTC(2026, 0, 1)
const weekOf = (n: number) => ({ startMs: epoch + n * 7 * dayMs, endMs: epoch + (n + 1) * 7 * dayMs })

/** `20260302T090000`. */
const text = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')

/** About 1.1 kB, as real ones are. A third repeats for ever, rarely enough that a week has at most 200 names. */
const draftOf = (i: number): ObjectDraft => {
  const startMs = epoch + ((i * 7_919) % 3_650) * dayMs + (8 + (i % 10)) * 3_600_000
  const at = (ms: number) => (i % 2 === 0 ? `;TZID=Europe/Berlin:${text(ms)}` : `:${text(ms)}Z`)
  const month = new Date(startMs).getUTCMonth() + 1
  const day = `${1 + (i % 4)}${['MO', 'TU', 'WE', 'TH', 'FR'][i % 5]}`
  const rules = [
    'FREQ=YEARLY;INTERVAL=3',
    `FREQ=YEARLY;INTERVAL=6;BYMONTH=${month};BYDAY=${day}`,
    'FREQ=YEARLY;INTERVAL=4',
    'FREQ=YEARLY;INTERVAL=6',
  ]
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Dayport//bench//EN',
    'BEGIN:VEVENT',
    `UID:${i}-7e3c0c1e-6f8e-4f0c-9b57-2f8f0f7d6a11@example.org`,
    'DTSTAMP:20260101T000000Z',
    `DTSTART${at(startMs)}`,
    `DTEND${at(startMs + 3_600_000)}`,
    ...(i % 3 === 0 ? [`RRULE:${rules[(i / 3) % rules.length]}`] : []),
    `SUMMARY:Встреча номер ${i}`,
    `DESCRIPTION:${'Agenda\\, minutes and decisions of the last meeting. '.repeat(12)}`,
    'ATTENDEE;CN=Ann;PARTSTAT=ACCEPTED:mailto:ann@example.org',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'TRIGGER:-PT15M',
    'DESCRIPTION:Reminder',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]
  const data = new TextEncoder().encode(lines.join('\r\n'))
  return { data, index: indexObject(data) }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
const show = (label: string, value: string): void => console.log(`  ${label.padEnd(58)} ${value.padStart(14)}`)
const perSecond = (count: number, ms: number): string => `${Math.round((count / ms) * 1000).toLocaleString('en')}/s`

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const from = performance.now()
  await work()
  return performance.now() - from
}

const fill = async (store: DayportStore, calendar: string, drafts: readonly ObjectDraft[]): Promise<void> => {
  for (let from = 0; from < drafts.length; from += 1_000) {
    await store.transaction(async (tx) => {
      for (const [i, draft] of drafts.slice(from, from + 1_000).entries()) {
        await store.putObject({ calendar, name: `${from + i}.ics` }, draft, undefined, { tx })
      }
    })
  }
}

const week = async (store: DayportStore, calendar: string, n: number): Promise<number> => {
  let found = 0
  for await (const _ of store.findObjects(calendar, { range: weekOf(n) })) found += 1
  return found
}

const measureQueries = async (store: DayportStore, calendar: string): Promise<void> => {
  const counts: number[] = []
  show('one-week query, the first of all', `${(await timed(() => week(store, calendar, 300))).toFixed(1)} ms`)
  const cold: number[] = []
  const warm: number[] = []
  for (let n = 301; n < 341; n += 1) cold.push(await timed(async () => counts.push(await week(store, calendar, n))))
  for (let round = 0; round < 5; round += 1) {
    for (let n = 301; n < 341; n += 1) warm.push(await timed(() => week(store, calendar, n)))
  }
  show('one-week query, another week for the first time (median)', `${median(cold).toFixed(2)} ms`)
  show(
    `one-week query, warm (median; ${Math.min(...counts)} to ${Math.max(...counts)} names)`,
    `${median(warm).toFixed(2)} ms`,
  )
  show('one-week query, warm (slowest of 200)', `${Math.max(...warm).toFixed(2)} ms`)
}

const measure = async (name: string, open: () => DayportStore, reopen: (() => Promise<DayportStore>) | null) => {
  console.log(`${name}, ${total.toLocaleString('en')} objects, a third of them endless series`)
  let store = open()
  const { id } = await store.createCalendar({ owner: 'ann', name: 'work' })
  show('put, in units of work of 1000', perSecond(total, await timed(() => fill(store, id, drafts))))
  const put = (label: string) => (_: unknown, i: number) =>
    store.putObject(
      { calendar: id, name: `${label}-${i}.ics` },
      { ...drafts[i]!, index: { ...drafts[i]!.index, uid: `${label}-${i}` } },
    )
  const many = 2_000
  show(
    'put, one after another, each awaited',
    perSecond(
      300,
      await timed(async () => {
        for (let i = 0; i < 300; i += 1) await put('one')(null, i)
      }),
    ),
  )
  show(
    'put, 2000 waiting at once',
    perSecond(many, await timed(() => Promise.all(Array.from({ length: many }, put('all'))))),
  )
  const gets = 20_000
  show(
    'get',
    perSecond(
      gets,
      await timed(async () => {
        for (let i = 0; i < gets; i += 1) await store.getObject({ calendar: id, name: `${(i * 7919) % total}.ics` })
      }),
    ),
  )
  show('first listing of all etags', `${(await timed(() => store.changes(id, null))).toFixed(1)} ms`)
  if (reopen !== null) store = await reopen()
  await measureQueries(store, id)
  return store
}

const drafts = Array.from({ length: total }, (_, i) => draftOf(i))
const folder = mkdtempSync(join(tmpdir(), 'dayport-bench-'))
try {
  await measure('memory', createMemoryStore, null)
  const path = join(folder, 'store.db')
  let store = openSqliteStore(path)
  await measure(
    'sqlite',
    () => store,
    async () => {
      await store.close()
      store = openSqliteStore(path)
      return store
    },
  )
  await store.close()
} finally {
  rmSync(folder, { recursive: true })
}
