import type { CalendarId } from './calendar.ts'
import type { Principal, PrincipalId } from './principal.ts'
import type { CallOptions } from './store.ts'

/** From nothing to everything; each includes those before it. DESIGN "Access is one function". */
export const accessLevels = ['none', 'free-busy', 'titles', 'read', 'write', 'owner'] as const
export type AccessLevel = (typeof accessLevels)[number]

/**
 * What a door asks for. `read-free-busy` is RFC 4791 §6.1.1, `read`, `write` (content, bind and unbind of objects) and
 * `write-properties` are RFC 3744 §3; `read-titles` is ours; `own` is sharing, export and deletion of the calendar itself, and,
 * on a home, making calendars.
 */
export type Privilege = 'read-free-busy' | 'read-titles' | 'read' | 'write' | 'write-properties' | 'own'

/** What is asked about: one calendar with its objects, or the home of a person, in which calendars are made. */
export type ResourceRef = { readonly calendar: CalendarId } | { readonly home: PrincipalId }

/** The one question of every door. Denies by default: an unknown calendar is `false`, not an error. */
export type Authorize = (
  who: Principal,
  privilege: Privilege,
  target: ResourceRef,
  options?: CallOptions,
) => Promise<boolean>

/** A level given to a person, a group or {@link everyone}. */
export interface AccessGrant {
  readonly principal: PrincipalId
  readonly level: AccessLevel
  /** Present when the person was made somebody who acts for the owner, on all of the owner's calendars. */
  readonly acting?: Acting
}

/** What acting for a calendar's owner gives, apart from what was given besides. */
export interface Acting {
  readonly access: 'read' | 'write'
  /** The level that remains when it ends; `none` takes the grant away. */
  readonly otherwise: AccessLevel
}

/**
 * New grants of a calendar for doors that know levels only: who comes back with the level that they had goes on acting for the owner.
 */
export const keepActing = (before: readonly AccessGrant[], after: readonly AccessGrant[]): readonly AccessGrant[] =>
  after.map(
    (grant) => before.find(({ principal, level }) => principal === grant.principal && level === grant.level) ?? grant,
  )
