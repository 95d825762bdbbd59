import type { CalendarId } from '../calendar.ts'
import type { Origin } from '../changes.ts'
import type { ETag } from '../conditions.ts'
import type { PrincipalId } from '../principal.ts'
import type { CallOptions, Transaction, UnitOfWork } from '../store.ts'

/** What has happened to one calendar and is on disk. */
export interface CalendarEvent {
  readonly kind: 'calendar-created' | 'calendar-updated' | 'calendar-deleted' | 'objects-changed'
  readonly calendar: CalendarId
  readonly by: PrincipalId
  readonly origin: Origin
  /** ms since the Unix epoch, read while the unit of work ran. */
  readonly atMs: number
  /** Of `objects-changed`, in the order of revisions; `etag` is `null` when the object is gone. */
  readonly changes: readonly { readonly name: string; readonly etag: ETag | null; readonly revision: number }[]
}

/** Hears of committed changes, in their order. Must be quick; what it throws goes to `onError`. */
export type OnChange = (event: CalendarEvent) => void

/** Units of work that announce what was written in them once it is committed. */
export interface AnnouncingUnits extends UnitOfWork {
  /** @throws {TypeError} when the unit of work was not begun here: nobody could tell when it is committed. */
  announce(tx: Transaction, event: Omit<CalendarEvent, 'atMs'>): void
  /** Runs in the unit of work of the call, or in one of its own. */
  write<T>(options: CallOptions | undefined, work: (tx: Transaction) => Promise<T>): Promise<T>
}

export const createAnnouncingUnits = (
  store: UnitOfWork,
  listener: { readonly onChange: OnChange; readonly onError: (error: unknown) => void; readonly now: () => number },
): AnnouncingUnits => {
  const pending = new WeakMap<Transaction, CalendarEvent[]>()

  const pendingOf = (tx: Transaction): CalendarEvent[] => {
    const events = pending.get(tx)
    if (events === undefined) throw new TypeError('tx must come from the service’s own transaction()')
    return events
  }

  const transaction: UnitOfWork['transaction'] = async (work, options) => {
    if (options?.tx !== undefined) {
      pendingOf(options.tx)
      return work(options.tx)
    }
    const events: CalendarEvent[] = []
    const result = await store.transaction((tx) => {
      pending.set(tx, events)
      return work(tx)
    }, options)
    for (const event of events) {
      try {
        listener.onChange(event)
      } catch (error) {
        listener.onError(error) // the write is done, whatever its listeners do
      }
    }
    return result
  }

  return {
    transaction,
    announce: (tx, event) => {
      pendingOf(tx).push({ ...event, atMs: listener.now() })
    },
    write: (options, work) => transaction(work, options),
  }
}
