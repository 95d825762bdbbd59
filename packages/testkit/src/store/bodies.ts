import type { CalendarId, CalendarObject, DayportStore, JoinedBodies, ObjectDraft } from '@dayport/core'
import { indexObject, objectSlice } from '@dayport/core/ical'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeOf, collect } from '../drafts.ts'
import { type OpenStoreForTest, type StoreKit, withStore } from './open-store.ts'

interface Facts {
  /** What of it keeps an object from being joined; `octets` keeps none from it. */
  readonly kind: 'plain' | 'octets' | 'repair' | 'cut' | 'unknown'
  readonly tzid: 'Europe/Berlin' | 'Custom zone' | null
  readonly day: number
  readonly lines: number
}

const facts: fc.Arbitrary<Facts> = fc.record({
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constant('plain' as const) },
    { weight: 2, arbitrary: fc.constantFrom('octets', 'repair', 'cut', 'unknown') },
  ),
  tzid: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('Europe/Berlin', null) },
    { weight: 1, arbitrary: fc.constant('Custom zone' as const) },
  ),
  day: fc.integer({ min: 10, max: 28 }),
  lines: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 0, max: 3 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1_000, max: 9_000 }) },
  ),
})

const draftOf = ({ kind, tzid, day, lines }: Facts, uid: string): ObjectDraft => {
  const text = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Dayport//testkit//EN',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20260101T000000Z',
    `DTSTART${tzid === null ? '' : `;TZID=${tzid}`}:202603${day}T090000`,
    ...Array.from({ length: lines }, () => `COMMENT:${'ж'.repeat(30)}`),
    'SUMMARY:Meeting',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]
  const data = new TextEncoder().encode(text.join('\r\n'))
  const { needsRepair, body, ...index } = indexObject(data)
  // Octets that are no text in any charset.
  if (kind === 'octets') data.set([0x00, 0xff, 0xc3], data.length - 'Meeting\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n'.length)
  if (kind === 'unknown') return { data, index }
  return {
    data,
    index: { ...index, needsRepair: kind === 'repair', body: kind === 'cut' ? null : (body ?? null) },
  }
}

const isJoined = (read: CalendarObject | JoinedBodies): read is JoinedBodies => 'bytes' in read

const joins = (tzids: readonly string[]): boolean => !tzids.includes('Custom zone')

const bodiesOf = (kit: StoreKit, calendar: CalendarId): AsyncIterable<CalendarObject | JoinedBodies> =>
  kit.store.findBodies?.(calendar, joins) ?? kit.skip('this store joins no bodies')

const latin = (parts: readonly Uint8Array[]): string => Buffer.concat(parts).toString('latin1')

/** The bounds of all that name the same zones. */
const boundsOf = (uses: readonly JoinedBodies['zones'][number][]) => {
  const bounds = new Map<string, readonly [number, number]>()
  for (const { tzids, firstStartMs, lastEndMs } of uses) {
    const [from, to] = bounds.get(tzids.join()) ?? [firstStartMs, lastEndMs]
    bounds.set(tzids.join(), [Math.min(from, firstStartMs), Math.max(to, lastEndMs)])
  }
  return bounds
}

export const describeBodies = (open: OpenStoreForTest): void => {
  describe('bodies', () => {
    it('are those of all objects in the order of names, joined where they can be', async (context) => {
      await fc.assert(
        fc.asyncProperty(fc.array(facts, { minLength: 1, maxLength: 150 }), async (plan) => {
          await withStore(open, async (kit) => {
            const { store, calendar } = kit
            await fill(store, calendar.id, plan)
            const read = await collect(bodiesOf(kit, calendar.id))
            const objects = await collect(store.findObjects(calendar.id, {}))

            const slice = ({ data, index }: CalendarObject) => objectSlice(data, index.body).body
            expect(latin(read.map((part) => (isJoined(part) ? part.bytes : slice(part))))).toBe(
              latin(objects.map(slice)),
            )
            expect(boundsOf(read.flatMap((part) => (isJoined(part) ? part.zones : part.index)))).toEqual(
              boundsOf(objects.map(({ index }) => index)),
            )
            const joined = read.filter(isJoined)
            expect(joined.flatMap(({ zones }) => zones).every(({ tzids }) => joins(tzids))).toBe(true)
            const count = joined.reduce((sum, part) => sum + part.objects, 0)
            expect(count + read.filter((part) => !isJoined(part)).length).toBe(plan.length)
            const canBe = ({ index }: CalendarObject) => index.needsRepair === false && index.body && joins(index.tzids)
            if (objects.every(canBe)) expect(count).toBe(plan.length)
            else expect(count).toBeLessThanOrEqual(objects.filter(canBe).length)
          })(context)
        }),
        { numRuns: 25 },
      )
    })

    it(
      'stay whole when objects change while they are read',
      withStore(open, async (kit) => {
        const { store, calendar } = kit
        const plain = { kind: 'plain', tzid: null, day: 10 } as const
        const plan = Array.from({ length: 400 }, () => ({ ...plain, lines: 20 }))
        await fill(store, calendar.id, plan)
        const parts: Uint8Array[] = []
        for await (const part of bodiesOf(kit, calendar.id)) {
          parts.push(isJoined(part) ? part.bytes : objectSlice(part.data).body)
          if (parts.length > 1) continue
          await fill(
            store,
            calendar.id,
            plan.map((object) => ({ ...object, lines: 7 })),
          )
          await store.deleteObject({ calendar: calendar.id, name: nameOf(399) })
        }
        const events = latin(parts).split('BEGIN:VEVENT\r\n').slice(1)
        expect(events).toHaveLength(399)
        for (const event of events) {
          expect(event).toMatch(/^UID:.*\r\n.*\r\n.*\r\n(COMMENT:.{60}\r\n){7,20}SUMMARY:Meeting\r\nEND:VEVENT\r\n$/)
        }
      }),
    )

    it(
      'of no calendar are refused with not-found, and an empty one has none',
      withStore(open, async (kit) => {
        expect(await collect(bodiesOf(kit, kit.calendar.id))).toEqual([])
        expect(await codeOf(collect(bodiesOf(kit, 'no such calendar')))).toBe('not-found')
      }),
    )
  })
}

const nameOf = (i: number): string => `o${1000 + i}.ics`

const fill = (store: DayportStore, calendar: CalendarId, plan: readonly Facts[]): Promise<void> =>
  store.transaction(async (tx) => {
    for (const [i, object] of plan.entries()) {
      await store.putObject({ calendar, name: nameOf(i) }, draftOf(object, `u${i}`), undefined, { tx })
    }
  })
