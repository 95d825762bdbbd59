export { defaultMappingOptions, type MappingOptions, type UnrepresentableReason } from '../event/options.ts'
export {
  type AutodiscoverAnswer,
  buildGetUserSettings,
  buildPox,
  type DiscoverOptions,
  type Discovery,
  discoverEws,
  parseAutodiscoverJson,
  parseGetUserSettings,
  parsePox,
} from './autodiscover.ts'
export {
  createEwsClient,
  type EwsAffinity,
  type EwsAuth,
  type EwsCallOptions,
  type EwsClient,
  type EwsClientOptions,
} from './client.ts'
export {
  type EwsStepResult,
  type EwsTestOptions,
  type EwsTestStep,
  listEwsCalendars,
  testEwsConnection,
} from './connection-test.ts'
export {
  type AnswerFacts,
  buildRequest,
  type EwsAnswer,
  type EwsHeader,
  type EwsOperation,
  type EwsVersion,
  openAnswer,
  type ResponseMessage,
} from './envelope.ts'
export { createPullHints, type EwsHints, maxStreamedFolders, type StreamedFolder, streamHints } from './hints.ts'
export type { EwsFolder, EwsItemId } from './ids.ts'
export type { EwsAttendee, EwsCalendarItem, EwsMailbox, EwsOccurrenceRef } from './item.ts'
export type { ItemChanges, WritableField } from './item-fields.ts'
export { createAttachment, deleteAttachment, type EwsAttachment, getAttachment } from './operations/attachments.ts'
export { convertId, type EwsIdFormat, getServerTimeZones, resolveNames } from './operations/directory.ts'
export {
  type EwsFolderChange,
  type EwsFolderInfo,
  type EwsRights,
  findFolder,
  getFolder,
  isCalendarFolder,
  syncFolderHierarchy,
} from './operations/folders.ts'
export {
  type EwsEvent,
  type EwsNotification,
  type EwsStreamPart,
  getEvents,
  getStreamingEvents,
  subscribe,
  unsubscribe,
} from './operations/notifications.ts'
export {
  type EwsFound,
  type EwsItemRef,
  type EwsItemResult,
  type EwsShape,
  findByProperty,
  findInView,
  getItem,
} from './operations/read-items.ts'
export { type EwsItemChange, type EwsSyncPage, syncFolderItems } from './operations/sync.ts'
export { createItem, deleteItem, type EwsMailing, moveItem, updateItem } from './operations/write-items.ts'
export { createEwsPeer, type EwsPeerOptions } from './peer.ts'
export { type ExtendedField, type PortalField, portalFields } from './properties.ts'
export { type EwsRetirement, ewsRetirementOf } from './retirement.ts'
