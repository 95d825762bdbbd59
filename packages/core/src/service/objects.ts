import type { Calendar, CalendarId } from '../calendar.ts'
import type { ChangeOptions, ChangePage, Origin, SyncToken } from '../changes.ts'
import type { ETag, WriteCondition } from '../conditions.ts'
import { CalendarError } from '../errors.ts'
import type { ObjectLimits } from '../limits.ts'
import type { CalendarObject, IndexFilter, ObjectRef } from '../object.ts'
import type { Principal } from '../principal.ts'
import type { CallOptions, DayportStore, Transaction, WriteOptions } from '../store.ts'
import type { AnnouncingUnits } from './announce.ts'
import type { Gate } from './gate.ts'
import type { JoinWrite } from './join-write.ts'
import { assertName } from './names.ts'
import type { Reads } from './reads.ts'
import { assertComponent, type Storable, toStorable } from './storable.ts'

/** Options of a write with a condition. */
export interface ConditionalWriteOptions extends WriteOptions {
  readonly condition?: WriteCondition | undefined
}

export interface PutObjectOptions extends ConditionalWriteOptions {
  /** As the client sent it; its `charset` is believed when the bytes are not UTF-8. */
  readonly contentType?: string | undefined
  /** As `PutOptions.touch` of the store. */
  readonly touch?: boolean
}

export interface PutObjectResult {
  /** `null` when the stored bytes differ from those that were sent: the client must fetch them. RFC 4791 §5.3.4. */
  readonly etag: ETag | null
  readonly created: boolean
  readonly revision: number
}

/** The methods of the calendar service that concern objects. */
export interface ObjectService {
  /**
   * `null` when the calendar has no such object, or the person sees nothing of it. Below the level `read` it is a projection with a
   * name, UID and etag of its own, as in the other reads: see `Projector`.
   *
   * @throws {CalendarError} `not-found` when the person has no level of the calendar.
   */
  getObject(who: Principal, ref: ObjectRef, options?: CallOptions): Promise<CalendarObject | null>
  /** As `CalendarReader.findObjects`, for what the person sees; projections are in no order. @throws {CalendarError} `not-found`. */
  findObjects(
    who: Principal,
    calendar: CalendarId,
    filter: IndexFilter,
    options?: CallOptions,
  ): AsyncIterable<CalendarObject>
  /**
   * As `ChangeFeed.changes`, for what the person sees: an object of which they no longer see anything is gone.
   *
   * @throws {CalendarError} `not-found`, `invalid-sync-token`.
   */
  changes(who: Principal, calendar: CalendarId, since: SyncToken | null, options?: ChangeOptions): Promise<ChangePage>
  /**
   * Stores the bytes of one object. Needs `write`.
   *
   * @throws {CalendarError} `not-found`, `forbidden`, `precondition-failed`, `uid-conflict`, `unsupported-component`, `too-large`,
   * `limit-exceeded`, `invalid-calendar-data`, `invalid-calendar-object`.
   */
  putObject(who: Principal, ref: ObjectRef, bytes: Uint8Array, options?: PutObjectOptions): Promise<PutObjectResult>
  /** Needs `write`. @throws {CalendarError} `not-found`, `forbidden`, `precondition-failed`. */
  deleteObject(who: Principal, ref: ObjectRef, options?: ConditionalWriteOptions): Promise<void>
}

/** What the parts of the service share. */
export interface ServiceParts {
  readonly store: DayportStore
  readonly gate: Gate
  readonly reads: Reads
  readonly units: AnnouncingUnits
  readonly limits: ObjectLimits
  /** `null` where nobody has a part in writes. */
  readonly joinWrite: JoinWrite | null
}

export const createObjectService = ({ store, reads, gate, units, limits, joinWrite }: ServiceParts): ObjectService => ({
  getObject: async (who, ref, options) =>
    reads.getObject(await gate.detailFor(who, ref.calendar, options), ref, options),

  findObjects: async function* findObjects(who, calendar, filter, options) {
    yield* reads.findObjects(await gate.detailFor(who, calendar, options), calendar, filter, options)
  },

  changes: async (who, calendar, since, options) =>
    reads.changes(await gate.detailFor(who, calendar, options), calendar, since, options),

  putObject: async (who, ref, bytes, options) => {
    // Asked before the work of parsing, for strangers' sake, and again in the unit of work, for the truth's.
    await gate.assertMay(who, 'write', ref.calendar, options)
    assertName(ref.name)
    const storable = toStorable(bytes, options?.contentType, limits)
    return units.write(options, async (tx) => {
      await gate.assertMay(who, 'write', ref.calendar, { tx })
      return storeObject({ store, units, limits, joinWrite }, who, ref, storable, options, tx)
    })
  },

  deleteObject: (who, ref, options) =>
    units.write(options, async (tx) => {
      await gate.assertMay(who, 'write', ref.calendar, { tx })
      const joined = await joinWrite?.({ tx, who, ref, origin: options?.origin ?? defaultOrigin, data: null })
      await store.deleteObject(ref, options?.condition, withTx(options, tx))
      const revision = (await store.getCalendar(ref.calendar, { tx }))?.revision ?? 0
      units.announce(tx, {
        kind: 'objects-changed',
        calendar: ref.calendar,
        by: who.id,
        origin: options?.origin ?? defaultOrigin,
        changes: [{ name: ref.name, etag: null, revision }],
      })
      await joined?.afterwards?.()
    }),
})

/** A write with what somebody added to it; `null` where that is above a limit: what was sent is not. */
const addedTo = (data: Uint8Array, limits: ObjectLimits): Storable | null => {
  try {
    return { ...toStorable(data, undefined, limits), converted: true }
  } catch (error) {
    if (CalendarError.is(error) && ['too-large', 'limit-exceeded'].includes(error.code)) return null
    throw error
  }
}

/** The last steps of every write of an object, once it is authorised and parsed; within a unit of work. */
export const storeObject = async (
  { store, units, limits, joinWrite }: Pick<ServiceParts, 'store' | 'units' | 'limits' | 'joinWrite'>,
  who: Principal,
  ref: ObjectRef,
  given: Storable,
  options: Omit<PutObjectOptions, 'contentType'> | undefined,
  tx: Transaction,
): Promise<PutObjectResult> => {
  const calendar = await existing(store, ref.calendar, tx)
  const origin = options?.origin ?? defaultOrigin
  const joined = await joinWrite?.({ tx, who, ref, origin, data: given.draft.data })
  const { draft, converted } = (joined?.data === undefined ? null : addedTo(joined.data, limits)) ?? given
  assertComponent(calendar, draft.index.component)
  const stored = await store.putObject(ref, draft, options?.condition, {
    ...withTx(options, tx),
    touch: options?.touch ?? false,
  })
  if (stored.revision > calendar.revision) {
    units.announce(tx, {
      kind: 'objects-changed',
      calendar: ref.calendar,
      by: who.id,
      origin,
      changes: [{ name: ref.name, etag: stored.etag, revision: stored.revision }],
    })
  }
  await joined?.afterwards?.()
  return { ...stored, etag: converted ? null : stored.etag }
}

/** What stores record when nobody says who wrote. */
export const defaultOrigin: Origin = { door: 'host' }

/** @throws {CalendarError} `not-found`. */
export const existing = async (
  store: Pick<DayportStore, 'getCalendar'>,
  id: CalendarId,
  tx: Transaction,
): Promise<Calendar> => {
  const calendar = await store.getCalendar(id, { tx })
  if (calendar === null) throw new CalendarError('not-found', 'there is no such calendar')
  return calendar
}

/** The write options that the store needs, joined to the unit of work. */
export const withTx = (options: WriteOptions | undefined, tx: Transaction): WriteOptions => ({
  tx,
  ...(options?.signal === undefined ? {} : { signal: options.signal }),
  ...(options?.origin === undefined ? {} : { origin: options.origin }),
})
