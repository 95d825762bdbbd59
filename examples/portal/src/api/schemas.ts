/* Every shape that crosses the API, once: requests are checked with these, and the OpenAPI document is made from them. */

export { Me, MePatch, PasswordChange, Portal, Setup, SignIn } from './schemas/account.ts'
export { AuditList, DoorPatch, Doors, ErrorList } from './schemas/admin.ts'
export { Calendar, CalendarPatch, ImportJob, NewCalendar } from './schemas/calendars.ts'
export {
  AppPassword,
  CreatedAppPassword,
  NewAppPassword,
  NewOutlookConnection,
  OutlookConnection,
  OutlookConnectionPatch,
  SetupTicket,
} from './schemas/connections.ts'
export {
  BusyPerson,
  BusyTime,
  Event,
  EventDetail,
  EventFields,
  EventList,
  EventMarks,
  Invited,
  NewEvent,
  StoredObject,
} from './schemas/events.ts'
export { FeedLink, FeedLinkPatch, NewFeedLink } from './schemas/feed-links.ts'
export { Company, Group, GroupCalendar, GroupPatch, NewGroup } from './schemas/groups.ts'
export { FoundPerson, NewPerson, PersonInfo, PersonPatch, PersonState } from './schemas/people.ts'
export { NewSubscription, Subscription } from './schemas/subscriptions.ts'
export { Problem, timeZone } from './schemas/values.ts'
