import type { GroupsTexts } from './groups-ru.ts'
import { pluralEn as plural } from './plural.ts'

/** Texts of groups, of the company's calendar and of people from outside. */
export const groupsEn: GroupsTexts = {
  administrators: 'Portal administrators',
  administratorsWhy: 'Always stays: otherwise nobody could change the calendar.',
  sub: 'A group can be given access to a calendar, a way to connect, and calendars of its own. Who joins the group has all of it at once.',
  add: 'New group',
  edit: 'Edit group',
  editOf: (name) => `Edit: ${name}`,
  name: 'Name of the group',
  members: 'Members',
  membersCount: (n) => plural(n, 'member', 'members'),
  noMembers: 'Nobody yet',
  memberRemove: (name) => `Take out of the group: ${name}`,
  calendars: 'Calendars',
  noCalendars: 'none',
  addCalendar: 'New calendar',
  addCalendarOf: (name) => `New calendar of the group: ${name}`,
  calendarHint: 'Members see it under “Company and groups” and add events.',
  remove: 'Delete',
  removeOf: (name) => `Delete the group: ${name}`,
  removeAsk: (name, n) =>
    n === 0
      ? `Delete the group “${name}”? Access that was given to it ends at once.`
      : `Delete the group “${name}” and ${plural(n, 'calendar of it', 'calendars of it')} with all events? Access that was given to it ends at once.`,
  empty: 'There are no groups yet.',
  heading: 'Groups',
  column: 'Group',
  company: 'Company calendar',
  companyHere: 'All employees have it under “Company and groups”. Who writes in it is decided in its form.',
  companyNone: 'There is no company calendar. All employees will see it and add events; that can be narrowed later.',
  companyMake: 'Make the company calendar',
  external: 'From outside',
  externalHint:
    'A customer or contractor: sees the calendars of their groups and those given to them by name, and invites members of their groups. What is open to all employees, calendars and ways to connect, is not open to them.',
  externalTag: 'from outside',
  personEdit: 'Edit',
  personEditOf: (name) => `Edit: ${name}`,
}
