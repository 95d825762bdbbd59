export {
  type AccessGrant,
  type AccessLevel,
  type Acting,
  type Authorize,
  accessLevels,
  keepActing,
  type Privilege,
  type ResourceRef,
} from './access.ts'
export type { Calendar, CalendarDraft, CalendarId, CalendarPatch } from './calendar.ts'
export {
  type CalendarState,
  calendarFromDraft,
  compareCalendars,
  defaultComponents,
  patchCalendar,
} from './calendar-state.ts'
export type { Change, ChangeOptions, ChangePage, Origin, SyncToken } from './changes.ts'
export { assertCondition, type ETag, type WriteCondition } from './conditions.ts'
export { CalendarError, type CalendarErrorCode, RemoteError, type RemoteErrorKind } from './errors.ts'
export { etagOf } from './etag.ts'
export {
  defaultObjectLimits,
  expansionLimits,
  importLimits,
  maxSplitBytes,
  type ObjectLimits,
  ruleLimits,
  zoneLimits,
} from './limits.ts'
export type { CalendarObject, IndexFilter, JoinedBodies, ObjectDraft, ObjectIndex, ObjectRef } from './object.ts'
export type {
  CalendarPeer,
  PeerCapabilities,
  PeerChange,
  PeerChangeOptions,
  PeerChangePage,
  PeerNotify,
  PeerObject,
  PeerWrite,
  PeerWriteOptions,
} from './peer.ts'
export {
  everyone,
  type Principal,
  type PrincipalDirectory,
  type PrincipalId,
  type PrincipalInfo,
  type PrincipalKind,
  reachOf,
} from './principal.ts'
export type {
  CalendarDirectory,
  CalendarReader,
  CalendarStore,
  CalendarWriter,
  CallOptions,
  ChangeFeed,
  DayportStore,
  PutOptions,
  PutResult,
  Transaction,
  UnitOfWork,
  WriteOptions,
} from './store.ts'
export { formatSyncToken, parseSyncToken, type SyncState } from './sync-token.ts'
export type { CalendarTime, InstantRange } from './time.ts'
