import type { Calendar, CalendarId, CallOptions, Principal, PrincipalId } from '@dayport/core'
import type { OutlookList } from './binding-store.ts'

/** One connected Outlook of one person to one calendar. It holds no secret: that is derived from `id` by a key outside the database. */
export interface OutlookConnectionRecord {
  /** 1–64 characters of `A–Z a–z 0–9 - _`, opaque, never reused. Part of the address. */
  readonly id: string
  /** Who made it; the connection can do no more than this person may. */
  readonly principal: PrincipalId
  readonly calendar: CalendarId
  /** As its maker called it: `Office PC`. */
  readonly name: string
  /** ms since the Unix epoch, as the others. */
  readonly createdMs: number
  /** `null` while it works. Never set back. */
  readonly revokedMs: number | null
  /** `null` until its first sync; exact to five minutes. */
  readonly lastSyncMs: number | null
  /** What the program called itself then; `null` when it did not say. */
  readonly lastUserAgent: string | null
}

/** A calendar and its lists at one moment. */
export interface SeenCalendar {
  readonly calendar: Calendar
  /** In every view that somebody has asked for. */
  readonly lists: readonly OutlookList[]
  /** IANA name that `timeZoneOf` would give, where the store knows the host's people too; else that is asked. */
  readonly timeZone?: string
}

/** A connection and what it leads to, at one moment. */
export interface OpenConnection extends SeenCalendar {
  readonly record: OutlookConnectionRecord
  /** Who made it, with the groups of today, where the store knows the host's people too: `null` for who is gone. */
  readonly maker?: Principal | null
}

/** Seam: where connections are kept. Every method joins `options.tx`. A connection goes with its calendar. */
export interface OutlookConnectionStore {
  /** @throws {CalendarError} `already-exists` when the id is taken. */
  create(record: OutlookConnectionRecord, options?: CallOptions): Promise<void>
  /** `null` when absent. Revoked records are found too. */
  get(id: string, options?: CallOptions): Promise<OutlookConnectionRecord | null>
  /** The same with its calendar and the calendar's lists, in one look-up: all that a sync without changes has to know. */
  open(id: string, options?: CallOptions): Promise<OpenConnection | null>
  /** Of one maker, revoked ones too, newest first. */
  list(principal: PrincipalId, options?: CallOptions): Promise<readonly OutlookConnectionRecord[]>
  /** Nothing when absent. */
  rename(id: string, name: string, options?: CallOptions): Promise<void>
  /** Keeps the first revocation; nothing when absent. */
  revoke(id: string, revokedMs: number, options?: CallOptions): Promise<void>
  /** Nothing when absent. */
  touch(
    id: string,
    sync: { readonly lastSyncMs: number; readonly lastUserAgent: string | null },
    options?: CallOptions,
  ): Promise<void>
}
