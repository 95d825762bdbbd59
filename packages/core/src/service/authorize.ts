import { type AccessLevel, type Authorize, accessLevels, type Privilege } from '../access.ts'
import type { Calendar } from '../calendar.ts'
import { type Principal, reachOf } from '../principal.ts'
import type { CalendarDirectory } from '../store.ts'

/** The lowest level that has the privilege. Writing includes the properties, as DAV:write does in RFC 3744 §3.2. */
const needed: Readonly<Record<Privilege, AccessLevel>> = {
  'read-free-busy': 'free-busy',
  'read-titles': 'titles',
  read: 'read',
  write: 'write',
  'write-properties': 'write',
  own: 'owner',
}

/**
 * The person's level on the calendar: the owner's, or the highest given to them, to a group of theirs or to everyone. What everyone was
 * given does not reach people from outside.
 */
export const levelOf = (calendar: Calendar, who: Principal): AccessLevel => {
  if (calendar.owner === who.id) return 'owner'
  const reach = reachOf(who)
  let highest = 0
  for (const grant of calendar.access) {
    if (reach.includes(grant.principal)) highest = Math.max(highest, accessLevels.indexOf(grant.level))
  }
  return accessLevels[highest] ?? 'none'
}

/** Whether a level has a privilege. */
export const allows = (level: AccessLevel, privilege: Privilege): boolean =>
  accessLevels.indexOf(level) >= accessLevels.indexOf(needed[privilege])

/**
 * The `Authorize` of hosts that keep rights with the calendars: owners and grants, and a home for its owner alone. People from
 * outside make no calendars. Nobody writes a calendar that is read-only.
 */
export const createAuthorize =
  ({ getCalendar }: Pick<CalendarDirectory, 'getCalendar'>): Authorize =>
  async (who, privilege, target, options) => {
    if ('home' in target) return target.home === who.id && who.external !== true
    const calendar = await getCalendar(target.calendar, options)
    if (calendar === null || (privilege === 'write' && calendar.readOnly)) return false
    return allows(levelOf(calendar, who), privilege)
  }

/** Denies `write` to read-only calendars, whatever the host's own `authorize` says of them. */
export const denyReadOnly =
  (authorize: Authorize, { getCalendar }: Pick<CalendarDirectory, 'getCalendar'>): Authorize =>
  async (who, privilege, target, options) => {
    if (!(await authorize(who, privilege, target, options))) return false
    if (privilege !== 'write' || 'home' in target) return true
    return (await getCalendar(target.calendar, options))?.readOnly !== true
  }
