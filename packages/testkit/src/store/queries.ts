import { indexObject } from '@dayport/core/ical'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collect, eventBytes, eventDraft } from '../drafts.ts'
import { type OpenStoreForTest, withStore } from './open-store.ts'

const dayMs = 86_400_000
const epoch = Date.UTC(2026, 0, 1)

/** An event that is repeated every `everyDays` days, `times` times; `null` is for ever. */
interface NaiveSeries {
  readonly startMs: number
  readonly lengthMs: number
  readonly everyDays: number
  readonly times: number | null
}

const series: fc.Arbitrary<NaiveSeries> = fc.record({
  startMs: fc.integer({ min: 0, max: 400 * 24 * 60 }).map((minutes) => epoch + minutes * 60_000),
  lengthMs: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 1, max: 48 }).map((halfHours) => halfHours * 1_800_000),
    fc.integer({ min: 1, max: 60 }).map((days) => days * dayMs),
  ),
  everyDays: fc.integer({ min: 1, max: 40 }),
  times: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 30 }), fc.constant(null)),
})

/** RFC 4791 §9.9 for VEVENT, one occurrence after another. */
const overlaps = (event: NaiveSeries, startMs: number, endMs: number): boolean => {
  for (let n = 0; event.times === null || n < event.times; n += 1) {
    const from = event.startMs + n * event.everyDays * dayMs
    if (from >= endMs) return false
    if (event.lengthMs === 0 ? from >= startMs : from + event.lengthMs > startMs) return true
  }
  return false
}

const bytesOf = (event: NaiveSeries, uid: string): Uint8Array => {
  const count = event.times === null ? '' : `;COUNT=${event.times}`
  const rule = event.times === 1 ? {} : { rule: `FREQ=DAILY;INTERVAL=${event.everyDays}${count}` }
  return eventBytes({ uid, startMs: event.startMs, endMs: event.startMs + event.lengthMs, ...rule })
}

export const describeQueries = (open: OpenStoreForTest): void => {
  describe('queries', () => {
    it(
      'find by UID, by component, by names, and by all of them together, in the order of names',
      withStore(open, async ({ store, calendar }) => {
        for (const name of ['c', 'a', 'd', 'b']) {
          const component = name < 'c' ? ('VEVENT' as const) : ('VTODO' as const)
          await store.putObject({ calendar: calendar.id, name }, eventDraft({ uid: `uid-${name}`, component }))
        }
        const find = async (filter: Parameters<typeof store.findObjects>[1]) =>
          (await collect(store.findObjects(calendar.id, filter))).map((o) => o.name)
        expect(await find({})).toEqual(['a', 'b', 'c', 'd'])
        expect(await find({ uid: 'uid-c' })).toEqual(['c'])
        expect(await find({ uid: 'UID-C' })).toEqual([])
        expect(await find({ component: 'VTODO' })).toEqual(['c', 'd'])
        expect(await find({ names: ['d', 'nobody', 'a', 'd'] })).toEqual(['a', 'd'])
        expect(await find({ names: [] })).toEqual([])
        expect(await find({ names: ['a', 'c'], component: 'VTODO' })).toEqual(['c'])
        expect(await find({ names: ['a'], uid: 'uid-c' })).toEqual([])
        const range = { startMs: epoch, endMs: epoch + 365 * dayMs }
        expect(await find({ range, component: 'VEVENT', names: ['a', 'd'] })).toEqual(['a'])
        expect(await find({ range: { startMs: epoch, endMs: epoch + dayMs } })).toEqual([])
      }),
    )

    it(
      'give each object with its bytes, and survive changes while they run',
      withStore(open, async ({ store, calendar }) => {
        for (let i = 100; i < 350; i += 1) {
          await store.putObject({ calendar: calendar.id, name: `o${i}` }, eventDraft({ uid: `u${i}` }))
        }
        const seen: string[] = []
        for await (const object of store.findObjects(calendar.id, {})) {
          expect(new TextDecoder().decode(object.data)).toContain(`UID:${object.index.uid}`)
          if (seen.length === 0) await store.deleteObject({ calendar: calendar.id, name: 'o200' })
          seen.push(object.name)
        }
        expect(seen.filter((n) => n !== 'o200')).toHaveLength(249)
        expect([...seen].sort()).toEqual(seen)
      }),
    )

    it(
      'find objects without a start in every range (RFC 4791 §9.9), and open ranges find all',
      withStore(open, async ({ store, calendar }) => {
        const timeless = { firstStartMs: Number.NEGATIVE_INFINITY, lastEndMs: Number.POSITIVE_INFINITY }
        const draft = eventDraft({ uid: 'timeless', component: 'VTODO' })
        await store.putObject(
          { calendar: calendar.id, name: 'timeless' },
          { ...draft, index: { ...draft.index, ...timeless } },
        )
        await store.putObject({ calendar: calendar.id, name: 'timed' }, eventDraft({ uid: 'timed' }))
        const find = async (startMs: number, endMs: number) =>
          (await collect(store.findObjects(calendar.id, { range: { startMs, endMs } }))).map((o) => o.name)
        expect(await find(0, 1)).toEqual(['timeless'])
        expect(await find(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).toEqual(['timed', 'timeless'])
        expect(await find(epoch, Number.POSITIVE_INFINITY)).toEqual(['timed', 'timeless'])
        expect(await find(Number.NEGATIVE_INFINITY, epoch)).toEqual(['timeless'])
      }),
    )

    it('may return too many, never too few: single events, series and endless ones, through changes and deletions', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.record({ event: series, later: fc.option(fc.oneof(series, fc.constant('delete' as const))) }), {
            minLength: 1,
            maxLength: 12,
          }),
          fc.array(
            fc.record({
              from: fc.integer({ min: -40, max: 900 }).map((days) => epoch + days * dayMs),
              lengthMs: fc.oneof(
                fc.constantFrom(1000, dayMs, 7 * dayMs, 31 * dayMs),
                fc.integer({ min: 1, max: 700 }).map((days) => days * dayMs),
              ),
            }),
            { minLength: 1, maxLength: 6 },
          ),
          async (plan, ranges) => {
            await withStore(open, async ({ store, calendar }) => {
              const truth = new Map<string, NaiveSeries>()
              const put = async (name: string, event: NaiveSeries) => {
                const data = bytesOf(event, name)
                await store.putObject({ calendar: calendar.id, name }, { data, index: indexObject(data) })
                truth.set(name, event)
              }
              const check = async () => {
                for (const { from, lengthMs } of ranges) {
                  const range = { startMs: from, endMs: from + lengthMs }
                  const found = new Set<string>()
                  for await (const object of store.findObjects(calendar.id, { range })) found.add(object.name)
                  const missing = [...truth]
                    .filter(([name, event]) => overlaps(event, range.startMs, range.endMs) && !found.has(name))
                    .map(([name]) => name)
                  expect(missing).toEqual([])
                  for (const name of found) expect(truth.has(name)).toBe(true)
                }
              }
              for (const [i, { event }] of plan.entries()) await put(`o${i}`, event)
              await check()
              for (const [i, { later }] of plan.entries()) {
                if (later === null) continue
                if (later !== 'delete') await put(`o${i}`, later)
                else {
                  await store.deleteObject({ calendar: calendar.id, name: `o${i}` })
                  truth.delete(`o${i}`)
                }
              }
              await check()
            })()
          },
        ),
        { numRuns: 40 },
      )
    })
  })
}
