import type { AccessGrant } from './access.ts'
import type { SyncToken } from './changes.ts'
import type { PrincipalId } from './principal.ts'

/** Opaque; never reused, also not by a later calendar of the same name. */
export type CalendarId = string

/** Calendar collection, RFC 4791 §4.2. */
export interface Calendar {
  readonly id: CalendarId
  readonly owner: PrincipalId
  /** Last path segment, unique in the owner's home, not percent-encoded; changes only when its owner gives it another address. */
  readonly name: string
  readonly displayName: string
  readonly description: string
  /** As given: `#RRGGBB`, `#RRGGBBAA` or a name; `null` when never set. */
  readonly color: string | null
  /** Display order, ascending; ties by display name. */
  readonly order: number
  /** Component kinds that may be stored, upper case: `VEVENT`. RFC 4791 §5.2.3. */
  readonly components: readonly string[]
  /** iCalendar text with one VTIMEZONE, as set by CALDAV:calendar-timezone; `null` when never set. RFC 4791 §5.2.2. */
  readonly timezone: string | null
  /** The owner's "allow export": no feed link lives without it. */
  readonly exportAllowed: boolean
  /** The host fills it itself, as a subscription is filled: no level brings `write`, the owner's neither. Never changes. */
  readonly readOnly: boolean
  readonly access: readonly AccessGrant[]
  /** Properties that we only keep, by Clark name, as serialised XML of the property element. RFC 4918 §4. */
  readonly deadProperties: Readonly<Record<string, string>>
  /** Raised by every change of the calendar's objects; see {@link SyncToken}. Starts at 0. */
  readonly revision: number
  readonly syncToken: SyncToken
  /** ms since the Unix epoch of the last change of the calendar or its objects. */
  readonly modifiedMs: number
  /** ms since the Unix epoch; absent where the store does not know. */
  readonly createdMs?: number
  /** Octets of all its objects, for a quota; absent where the store does not count, and for who may not read them. */
  readonly bytes?: number
}

/** What a new calendar needs; the rest has the stated defaults. */
export interface CalendarDraft {
  readonly owner: PrincipalId
  readonly name: string
  readonly displayName?: string // the name
  readonly description?: string // ''
  readonly color?: string | null // null
  readonly order?: number // 0
  readonly components?: readonly string[] // VEVENT, VTODO, VJOURNAL
  readonly timezone?: string | null // null
  readonly exportAllowed?: boolean // false
  readonly readOnly?: boolean // false
  readonly access?: readonly AccessGrant[] // nobody but the owner
  readonly deadProperties?: Readonly<Record<string, string>> // none
}

/** Fields that are absent stay. A dead property of value `null` is removed, others are merged in. */
export interface CalendarPatch {
  /** Another address in the same home; id, objects, revision and tokens stay. */
  readonly name?: string
  readonly displayName?: string
  readonly description?: string
  readonly color?: string | null
  readonly order?: number
  readonly timezone?: string | null
  readonly exportAllowed?: boolean
  readonly access?: readonly AccessGrant[]
  readonly deadProperties?: Readonly<Record<string, string | null>>
}
