import {
  CalendarError,
  type CalendarId,
  type DayportStore,
  type Origin,
  type Principal,
  type Transaction,
} from '@dayport/core'
import type { SplitObject } from '@dayport/core/ical'
import type { CalendarService } from '@dayport/core/service'
import { nextTurn } from '../next-turn.ts'
import { sameContent } from './same-content.ts'
import { SubscriptionError } from './subscription-error.ts'

/** Where the content goes. */
export interface ApplyFeedTarget {
  /** A service that may fill read-only calendars. */
  readonly service: Pick<CalendarService, 'transaction' | 'putObject' | 'deleteObject'>
  readonly store: Pick<DayportStore, 'findObjects'>
  readonly who: Principal
  readonly calendar: CalendarId
  readonly origin: Origin
  /** Makes names of objects. */
  readonly newId: () => string
  readonly signal?: AbortSignal | undefined
}

/** What a refresh changed; the first four count objects of the file. */
export interface AppliedFeed {
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  /** Broken, or a second one of a UID; what was there of it before stays. */
  readonly refused: number
  /** Objects that the file no longer has. */
  readonly deleted: number
}

type Outcome = 'created' | 'updated' | 'unchanged' | 'refused'

/** One unit of work: others must come between. */
const batchObjects = 100

/**
 * Makes a calendar hold what a file holds, by UID: new ones come, changed ones are replaced, those that say the same are not touched,
 * vanished ones go. Works in units of 100 objects; what is not finished is finished by the next refresh.
 *
 * @throws {SubscriptionError} `no-usable-events` when all were refused: then nothing was changed.
 * @throws {CalendarError} `not-found` when the calendar is gone.
 */
export const applyFeed = async (objects: readonly SplitObject[], target: ApplyFeedTarget): Promise<AppliedFeed> => {
  const seen = new Set<string>()
  const counts: Record<Outcome, number> = { created: 0, updated: 0, unchanged: 0, refused: 0 }
  for (const batch of batches(objects)) {
    target.signal?.throwIfAborted()
    const changed: SplitObject[] = []
    for (const object of batch) {
      if (seen.has(object.uid)) counts.refused += 1
      else if (await isStored(object, target)) counts.unchanged += 1
      else changed.push(object)
      seen.add(object.uid)
    }
    // Only what is written makes other writers wait.
    if (changed.length > 0) {
      await target.service.transaction(async (tx) => {
        for (const object of changed) counts[await putOne(object, target, tx)] += 1
      })
    }
    await nextTurn()
  }
  if (objects.length > 0 && counts.refused === objects.length) {
    throw new SubscriptionError('no-usable-events', 'None of the calendar’s events can be read')
  }
  return { ...counts, deleted: await deleteVanished(seen, target) }
}

const isStored = async ({ uid, data }: SplitObject, { store, calendar }: ApplyFeedTarget): Promise<boolean> => {
  const stored = await firstOf(store.findObjects(calendar, { uid }))
  return stored !== null && sameContent(stored.data, data)
}

const putOne = async (object: SplitObject, target: ApplyFeedTarget, tx: Transaction): Promise<Outcome> => {
  const { service, store, who, calendar, origin } = target
  const stored = await firstOf(store.findObjects(calendar, { uid: object.uid }, { tx }))
  const name = stored?.name ?? `${target.newId()}.ics`
  try {
    const { created } = await service.putObject(who, { calendar, name }, object.data, { tx, origin })
    return created ? 'created' : 'updated'
  } catch (error) {
    // A broken object must cost nobody the others; a calendar that is gone ends the refresh.
    if (CalendarError.is(error) && error.code !== 'not-found') return 'refused'
    throw error
  }
}

const deleteVanished = async (kept: ReadonlySet<string>, target: ApplyFeedTarget): Promise<number> => {
  const { service, store, who, calendar, origin } = target
  const names: string[] = []
  for await (const { name, index } of store.findObjects(calendar, {})) if (!kept.has(index.uid)) names.push(name)
  for (const batch of batches(names)) {
    target.signal?.throwIfAborted()
    await service.transaction(async (tx) => {
      for (const name of batch) await service.deleteObject(who, { calendar, name }, { tx, origin })
    })
    await nextTurn()
  }
  return names.length
}

function* batches<T>(all: readonly T[]): Iterable<readonly T[]> {
  for (let at = 0; at < all.length; at += batchObjects) yield all.slice(at, at + batchObjects)
}

const firstOf = async <T>(all: AsyncIterable<T>): Promise<T | null> => {
  for await (const one of all) return one
  return null
}
