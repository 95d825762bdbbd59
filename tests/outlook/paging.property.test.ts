import type { ListAccess, ListChanges } from '@dayport/outlook-sync'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { bytesOf, objectText } from './generate.ts'
import { runs } from './truth.ts'
import { ann, openGround, openWorld, type World } from './world.ts'

/** What somebody else does between two pages. */
interface Step {
  readonly kind: 'put' | 'series' | 'delete'
  readonly name: number
  readonly title: number
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('put', 'put', 'series', 'delete'),
  name: fc.integer({ min: 0, max: 9 }),
  title: fc.integer({ min: 0, max: 99 }),
})

const doStep = async (world: World, { kind, name, title }: Step): Promise<void> => {
  const ref = { calendar: world.calendar, name: `event ${name}.ics` }
  if (kind === 'delete') {
    if ((await world.service.getObject(ann, ref)) !== null) await world.service.deleteObject(ann, ref)
    return
  }
  const more = kind === 'series' ? ['RRULE:FREQ=DAILY;COUNT=9', `EXDATE:2026030${3 + (title % 5)}T100000Z`] : []
  const lines = ['DTSTART:20260302T100000Z', 'DURATION:PT1H', `SUMMARY:Title ${title}`, ...more]
  await world.service.putObject(ann, ref, bytesOf(objectText(lines).replace('UID:u1', `UID:event-${name}`)))
}

/** A client with its copy: items by id, as version and title. */
const createCopy = () => {
  const items = new Map<number, string>()
  return {
    items,
    take: async ({ deleted, rows, rowCount }: ListChanges): Promise<void> => {
      for (const { id } of deleted) items.delete(id)
      let count = 0
      for await (const row of rows) {
        items.set(row.id, `${row.version} ${row.item.kind} ${row.item.title}`)
        count++
      }
      expect(count).toBe(rowCount)
    },
  }
}

describe('a list in pages (MS-LISTSWS 3.1.4.22)', () => {
  const ground = openGround('memory')
  afterAll(() => ground.close())

  it('is whole after the last page and the changes since the first one’s token, whatever happened between the pages', async () => {
    const history = fc.tuple(
      fc.array(step, { minLength: 3, maxLength: 15 }),
      fc.array(fc.array(step, { maxLength: 3 }), { maxLength: 12 }),
      fc.integer({ min: 1, max: 4 }),
    )
    await fc.assert(
      fc.asyncProperty(history, async ([before, between, limit]) => {
        const world = await openWorld(ground)
        const access: ListAccess = { principal: ann, calendar: world.calendar, connection: null }
        for (const each of before) await doStep(world, each)
        const disturb = [...between]
        const copy = createCopy()
        let token: string | null = null
        let position: string | null = null
        do {
          const page: ListChanges = (await world.lists.changes(access, null, {
            limit,
            ...(position === null ? {} : { position }),
          }))!
          await copy.take(page)
          token ??= page.token
          expect(page.token).toBe(token)
          position = page.nextPosition
          for (const each of disturb.shift() ?? []) await doStep(world, each)
        } while (position !== null)
        for (let more = true; more; ) {
          const page: ListChanges = (await world.lists.changes(access, token, { limit }))!
          await copy.take(page)
          token = page.token
          more = page.more
          for (const each of disturb.shift() ?? []) await doStep(world, each)
          if (disturb.length > 0) more = true
        }
        await copy.take((await world.lists.changes(access, token))!)
        const fresh = createCopy()
        await fresh.take((await world.lists.changes(access, null))!)
        expect([...copy.items].sort()).toEqual([...fresh.items].sort())
        await world.close()
      }),
      { numRuns: 150 * runs },
    )
  })
})
