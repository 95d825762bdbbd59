import type { CalendarId } from '../calendar.ts'
import { CalendarError, type CalendarErrorCode } from '../errors.ts'
import { parseCalendar, type SplitObject, splitCalendar, toUtf8 } from '../ical/index.ts'
import type { ObjectLimits } from '../limits.ts'
import type { CalendarObject } from '../object.ts'
import type { Principal } from '../principal.ts'
import type { DayportStore, Transaction, WriteOptions } from '../store.ts'
import { nextTurn } from './next-turn.ts'
import { type ServiceParts, storeObject } from './objects.ts'
import { assertSize, type Storable, toStorable } from './storable.ts'

export interface ImportOptions extends Omit<WriteOptions, 'tx'> {
  readonly contentType?: string | undefined
  /** What happens to objects whose UID is in the calendar already. Default `replace`. */
  readonly mode?: 'replace' | 'skip'
  /** Called after each unit of work, and once at the start with `done` 0. Counts objects. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/** One object that was not taken, and why, in the words of `CalendarError`. */
export interface RefusedObject {
  readonly uid: string
  readonly component: string
  readonly code: CalendarErrorCode
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
}

/** How an import ended; the numbers count objects and sum up to `total`. */
export interface ImportReport {
  readonly total: number
  readonly created: number
  readonly updated: number
  /** The calendar had the very bytes. */
  readonly unchanged: number
  /** The calendar had the UID, and the mode was `skip`. */
  readonly skipped: number
  readonly refused: readonly RefusedObject[]
}

export interface ImportService {
  /**
   * Takes a whole .ics file in, one object per UID. Existing objects keep their names. Needs `write`.
   *
   * Works in units of at most 100 objects, so that other people's requests come between; an object that is refused stops no other.
   * When it is aborted, or the right is lost half-way, the units that are done stay done.
   *
   * @throws {CalendarError} `not-found`, `forbidden`, `too-large`, `limit-exceeded`, and `invalid-calendar-data` when nothing in the file
   * can be told.
   */
  importCalendar(
    who: Principal,
    calendar: CalendarId,
    bytes: Uint8Array,
    options?: ImportOptions,
  ): Promise<ImportReport>
}

type Part = Pick<SplitObject, 'uid' | 'component' | 'data'>

type Outcome = 'created' | 'updated' | 'unchanged' | 'skipped' | RefusedObject

const batchObjects = 100
const batchBytes = 4 * 1024 * 1024

/** What the import needs besides. */
export interface ImportParts extends ServiceParts {
  /** Bounds of the whole file; those of `limits` hold for each object in it. */
  readonly importLimits: ObjectLimits
  readonly newId: () => string
}

export const createImportService = (parts: ImportParts): ImportService => ({
  importCalendar: async (who, calendar, bytes, options = {}) => {
    const { store, gate, units, limits } = parts
    await gate.assertMay(who, 'write', calendar, options)
    assertSize(bytes.length, parts.importLimits.maxBytes)
    const objects = await split(toUtf8(bytes, options.contentType).bytes, parts)
    const outcomes: Outcome[] = []
    const seen = new Set<string>()
    options.onProgress?.({ done: 0, total: objects.length })
    for (const batch of batches(objects)) {
      options.signal?.throwIfAborted()
      const checked = batch.map((part) => check(part, seen, limits))
      const ends = await units.write(options, async (tx) => {
        await gate.assertMay(who, 'write', calendar, { tx })
        const results: Outcome[] = []
        for (const [i, part] of batch.entries()) {
          const storable = checked[i]!
          const put = () =>
            putPart({ ...parts, store, units }, who, calendar, part.uid, storable as Storable, options, tx)
          results.push('code' in storable ? storable : await refusedOr(part, put))
        }
        return results
      })
      outcomes.push(...ends)
      options.onProgress?.({ done: outcomes.length, total: objects.length })
      await nextTurn()
    }
    return report(outcomes)
  },
})

/** All at once, so that the progress has a total, but not in one turn. */
const split = async (bytes: Uint8Array, parts: Pick<ImportParts, 'importLimits' | 'newId'>): Promise<Part[]> => {
  const objects: Part[] = []
  for (const part of splitCalendar(parseCalendar(bytes, { limits: parts.importLimits }), parts.newId)) {
    objects.push(part)
    if (objects.length % batchObjects === 0) await nextTurn()
  }
  return objects
}

function* batches(objects: readonly Part[]): Iterable<readonly Part[]> {
  let batch: Part[] = []
  let size = 0
  for (const part of objects) {
    const whole = { ...part } // makes its data, which only a batch at a time is held in memory
    batch.push(whole)
    size += whole.data.length
    if (batch.length < batchObjects && size < batchBytes) continue
    yield batch
    batch = []
    size = 0
  }
  if (batch.length > 0) yield batch
}

const check = (part: Part, seen: Set<string>, limits: ObjectLimits): Storable | RefusedObject => {
  if (seen.has(part.uid)) {
    return refused(part, new CalendarError('uid-conflict', 'the file has another object of the UID'))
  }
  seen.add(part.uid)
  try {
    return toStorable(part.data, undefined, limits)
  } catch (error) {
    if (CalendarError.is(error)) return refused(part, error)
    throw error
  }
}

const refusedOr = async (part: Part, put: () => Promise<Outcome>): Promise<Outcome> => {
  try {
    return await put()
  } catch (error) {
    if (CalendarError.is(error)) return refused(part, error)
    throw error
  }
}

const refused = ({ uid, component }: Part, error: CalendarError): RefusedObject => ({
  uid,
  component,
  code: error.code,
  message: error.message,
  details: error.details ?? {},
})

const putPart = async (
  parts: Pick<ServiceParts, 'store' | 'units' | 'limits' | 'joinWrite'> & { readonly newId: () => string },
  who: Principal,
  calendar: CalendarId,
  uid: string,
  storable: Storable,
  options: ImportOptions,
  tx: Transaction,
): Promise<Outcome> => {
  const { store, newId } = parts
  const holder = await holderOf(store, calendar, uid, tx)
  if (holder !== null && options.mode === 'skip') return 'skipped'
  const name = holder?.name ?? (await freeName(store, calendar, uid, newId, tx))
  const stored = await storeObject(parts, who, { calendar, name }, storable, options, tx)
  return stored.created ? 'created' : stored.revision === holder?.revision ? 'unchanged' : 'updated'
}

const holderOf = async (
  store: DayportStore,
  calendar: CalendarId,
  uid: string,
  tx: Transaction,
): Promise<CalendarObject | null> => {
  for await (const object of store.findObjects(calendar, { uid }, { tx })) return object
  return null
}

/** The UID as a file name where it can be one, which is what clients do; otherwise, or when it is taken, a new id. */
const freeName = async (
  store: DayportStore,
  calendar: CalendarId,
  uid: string,
  newId: () => string,
  tx: Transaction,
): Promise<string> => {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,199}$/.test(uid)) {
    const name = `${uid}.ics`
    if ((await store.getObject({ calendar, name }, { tx })) === null) return name
  }
  return `${newId()}.ics`
}

const report = (outcomes: readonly Outcome[]): ImportReport => {
  const count = (kind: string): number => outcomes.filter((outcome) => outcome === kind).length
  return {
    total: outcomes.length,
    created: count('created'),
    updated: count('updated'),
    unchanged: count('unchanged'),
    skipped: count('skipped'),
    refused: outcomes.filter((outcome) => typeof outcome !== 'string'),
  }
}
