import type { Authorize } from '../access.ts'
import type { Calendar } from '../calendar.ts'
import { type Detail, importLimits } from '../ical/index.ts'
import { defaultObjectLimits, type ObjectLimits } from '../limits.ts'
import type { Principal } from '../principal.ts'
import type { DayportStore, UnitOfWork } from '../store.ts'
import { createAnnouncingUnits, type OnChange } from './announce.ts'
import { denyReadOnly } from './authorize.ts'
import { type CalendarsService, createCalendarsService } from './calendars.ts'
import { createExportService, type ExportService } from './export-calendar.ts'
import { createGate } from './gate.ts'
import { createImportService, type ImportService } from './import-calendar.ts'
import type { JoinWrite } from './join-write.ts'
import { createObjectService, type ObjectService } from './objects.ts'
import { createProjector, type Projector } from './projector.ts'
import { createReads } from './reads.ts'

export interface CalendarServiceOptions {
  readonly store: DayportStore
  readonly authorize: Authorize
  /**
   * What `authorize` says of seeing a calendar, from the calendar itself: `detailOf`, where rights are kept with the calendars. Lists of
   * thousands are then not asked about one by one. Default: `authorize` is asked.
   */
  readonly detailOf?: (calendar: Calendar, who: Principal) => Detail | null
  /**
   * For the one that keeps read-only calendars up to date: this service writes them too, where `authorize` says so. Default false:
   * nobody writes them, whatever `authorize` says.
   */
  readonly fillsReadOnly?: boolean
  /** Makes what people see who do not see all. Default: one without a key, see `ProjectorOptions`. */
  readonly projector?: Projector
  /** ms since the Unix epoch, for what `onChange` is told. Default: the system clock. */
  readonly now?: () => number
  /** Bounds of one object; those not given have the defaults of `defaultObjectLimits`. */
  readonly limits?: Partial<ObjectLimits>
  /** Bounds of a whole file on its way in; those not given have the defaults of `importLimits` in core/ical. */
  readonly importLimits?: Partial<ObjectLimits>
  /** Makes names of imported objects, and UIDs where a file has none. Default: random UUIDs. */
  readonly newId?: () => string
  /** Has a part in every write of an object, within its unit of work. Default: nobody has. */
  readonly joinWrite?: JoinWrite
  /** Hears of every change once it is committed. Default: nobody does. */
  readonly onChange?: OnChange
  /** Hears of what went wrong without failing a call: a listener that throws, an object that cannot be exported. Default: nobody. */
  readonly onError?: (error: unknown) => void
}

/**
 * The one write path, and the reads that go with it: every door asks here, so that all have the same rights, the same rules about
 * what a valid object is, and the same change records.
 *
 * Of a calendar that a person has no level of they are told `not-found`; where the level is too low, `forbidden` with
 * `details.privilege`. Below `read` the reads give projections, so that no door can show more than it should. Writes ask for the right in the unit of work that writes. A `tx` in their options must come from the
 * `transaction` of this service, so that changes are announced when they are committed.
 */
export interface CalendarService extends UnitOfWork, CalendarsService, ObjectService, ImportService, ExportService {}

export const createCalendarService = (options: CalendarServiceOptions): CalendarService => {
  const { store, authorize } = options
  const onError = options.onError ?? (() => {})
  const units = createAnnouncingUnits(store, {
    onChange: options.onChange ?? (() => {}),
    onError,
    now: options.now ?? Date.now,
  })
  const parts = {
    store,
    units,
    reads: createReads(store, options.projector ?? createProjector()),
    gate: createGate(
      options.fillsReadOnly === true ? authorize : denyReadOnly(authorize, store),
      store,
      options.detailOf,
    ),
    limits: { ...defaultObjectLimits, ...options.limits },
    importLimits: { ...importLimits, ...options.importLimits },
    newId: options.newId ?? (() => crypto.randomUUID()),
    joinWrite: options.joinWrite ?? null,
  }
  return {
    transaction: units.transaction,
    ...createCalendarsService(parts),
    ...createObjectService(parts),
    ...createImportService(parts),
    ...createExportService(parts, onError),
  }
}
