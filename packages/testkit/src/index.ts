export { describeDavStore, type OpenDavStore } from './dav/describe-dav-store.ts'
export { describeCalendarStore } from './describe-calendar-store.ts'
export { codeOf, collect, type EventFacts, eventBytes, eventDraft } from './drafts.ts'
export {
  createFakeEws,
  type FakeEws,
  type FakeEwsFault,
  type FakeEwsOptions,
  type SeenEwsRequest,
} from './exchange/ews/fake-ews.ts'
export type { FakeHand as FakeEwsHand } from './exchange/ews/fake-hand.ts'
export type { FakeEwsMail } from './exchange/ews/fake-item.ts'
export {
  documentedTraits as documentedEwsTraits,
  ewsProfiles,
  type FakeEwsTraits,
  oddTraits as oddEwsTraits,
} from './exchange/ews/traits.ts'
export type { FakeEvent, FakeFields, FakeRecurrence, FakeTime } from './exchange/graph/fake-event.ts'
export { createFakeGraph } from './exchange/graph/fake-graph.ts'
export type {
  FakeEventDraft,
  FakeFault,
  FakeFaults,
  FakeGraph,
  FakeGraphOptions,
  FakeGraphTraits,
  FakeHand,
  SeenRequest,
} from './exchange/graph/fake-types.ts'
export type { FakeMail } from './exchange/graph/writes.ts'
export { describeOutlookStore, type OpenOutlookStore } from './outlook/describe-outlook-store.ts'
export type { ConflictAnswer, FolderOptions } from './outlook/model/folder.ts'
export type { AsideCopy, HeldItem } from './outlook/model/held-item.ts'
export {
  createOutlookModel,
  type OutlookModel,
  type OutlookModelOptions,
} from './outlook/model/outlook.ts'
export {
  type OutlookFields,
  type ShownList,
  type ShownOccurrence,
  shownOccurrences,
} from './outlook/shown/occurrences.ts'
export type { OpenStore, OpenStoreForTest } from './store/open-store.ts'
export { describeSyncStateStore, type OpenSyncStore } from './sync/describe-sync-state-store.ts'
export {
  createSimulatedMailbox,
  type MailboxFault,
  type SimulatedCall,
  type SimulatedMailbox,
  type SimulatedMailboxOptions,
} from './sync/simulated-mailbox.ts'
