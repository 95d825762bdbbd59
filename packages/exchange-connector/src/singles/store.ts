import type { CallOptions } from '@dayport/core'
import type { ExchangeEvent } from '../event/model.ts'
import type { SingleMark } from './mark.ts'

/** An item as it was last seen. */
export interface SingleRef {
  readonly id: string
  /** Its state: change key or etag. */
  readonly state: string
}

/** An item that stands for one occurrence of a series, as a search tells it. */
export interface SingleRow extends SingleRef {
  /** The series that it is of. */
  readonly group: string
  readonly mark: SingleMark
  /** ms since the Unix epoch by the server's clock; `null` when it does not say. */
  readonly createdMs: number | null
}

/** The same, read whole. */
export interface Single extends SingleRow {
  /** `portalData` is what it was written from. */
  readonly event: ExchangeEvent
}

/** The single items of one calendar in Exchange, whichever protocol it is reached by. Nobody is mailed. */
export interface SinglesStore {
  /** Those of one series, or of all. A new one may be missing for a while. */
  list(group: string | null, options: CallOptions): Promise<readonly SingleRow[]>
  /** Those that touch a span of time, as the calendar shows it: no search, and so it also has those that a search has missed. */
  inView(
    span: { readonly startMs: number; readonly endMs: number },
    options: CallOptions,
  ): Promise<readonly SingleRow[]>
  /** Those that are there, by id. */
  load(ids: readonly string[], options: CallOptions): Promise<readonly Single[]>
  /** Makes one. */
  create(group: string, event: ExchangeEvent, mark: SingleMark, options: CallOptions): Promise<SingleRef>
  /** Writes an item that has not changed since it was read. */
  update(single: Single, event: ExchangeEvent, mark: SingleMark, options: CallOptions): Promise<void>
  /** Writes marks alone, in as few requests as can be. Items that are gone are passed over. */
  mark(refs: readonly (SingleRef & { readonly mark: SingleMark })[], options: CallOptions): Promise<void>
  /** Takes our properties from items, which are events of their own from then on. */
  release(refs: readonly SingleRef[], options: CallOptions): Promise<void>
  /** Deletes items; those that are gone are passed over. */
  remove(ids: readonly string[], options: CallOptions): Promise<void>
  /** @throws {CalendarError} `forbidden` when a write on one of them would mail people. */
  assertQuiet(singles: readonly Single[]): void
}
