export {
  canonicalOf,
  changedGroups,
  deletedOccurrence,
  digestOfGroups,
  occursWithin,
  sameGroups,
  uidOf,
} from './content/canonical.ts'
export type { Groups } from './content/groups.ts'
export { type Merge, type MergeSide, mergeGroups } from './content/merge.ts'
export { type TransferOptions, type Transferred, transferGroups } from './content/transfer.ts'
export { type Direction, type EndState, type PlanAction, type PlanPolicy, planEvent } from './plan/plan.ts'
export { peerFromStore, type StorePeerOptions } from './portal/peer-from-store.ts'
export type { SyncPeers } from './run/context.ts'
export type { PlanSummary } from './run/counting.ts'
export {
  createSyncEngine,
  type RunOptions,
  type RunResult,
  type SyncEngine,
  type SyncEngineOptions,
} from './run/engine.ts'
export { defaultSyncLimits, type SyncLimits } from './run/limits.ts'
export {
  createSyncScheduler,
  type RequestedRun,
  type ScheduledBinding,
  type SchedulerOptions,
  type SyncScheduler,
} from './schedule/scheduler.ts'
export { systemTimers, type Timers } from './schedule/timers.ts'
export { createSyncService } from './service/sync-service.ts'
export type {
  BindingDraft,
  SyncConflict,
  SyncProblem,
  SyncService,
  SyncServiceOptions,
} from './service/sync-service-api.ts'
export { createMemorySync, type MemorySync } from './state/memory-store.ts'
export {
  type BindingCursor,
  type ConflictChoice,
  type ConflictPolicy,
  type ConflictValues,
  defaultSyncPolicy,
  type HistoryEntry,
  type InboxRow,
  type LinkConflict,
  type LinkEnd,
  type LinkState,
  type MailboxState,
  type PlannedCounts,
  type RunCounts,
  type Side,
  type SyncBinding,
  type SyncClock,
  type SyncConnection,
  type SyncError,
  type SyncErrorKind,
  type SyncLink,
  type SyncOperation,
  type SyncPolicy,
  type SyncRun,
  type SyncTrigger,
} from './state/records.ts'
export type { InboxFilter, InboxRef, LinkFilter, SyncStateStore, SyncStorage } from './state/store.ts'
export {
  type EventProblems,
  type StatusErrorKind,
  type StatusFacts,
  type SyncStatus,
  statusOf,
  statusTransitions,
} from './status/status.ts'
export {
  formatWhen,
  problemsText,
  type StatusText,
  type SyncLanguage,
  type TextOptions,
  textOfReason,
  textOfStatus,
} from './status/texts.ts'
