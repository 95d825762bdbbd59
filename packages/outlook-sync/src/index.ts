export type {
  BoundRow,
  ItemBinding,
  ListRef,
  ListView,
  OutlookBindingStore,
  OutlookList,
} from './binding-store.ts'
export type {
  OpenConnection,
  OutlookConnectionRecord,
  OutlookConnectionStore,
  SeenCalendar,
} from './connection-store.ts'
export {
  createOutlookConnections,
  type OutlookConnectionDraft,
  type OutlookConnections,
  type OutlookConnectionsOptions,
} from './connections.ts'
export { createOutlookHandler } from './handler.ts'
export type { OutlookEventRef, OutlookHandlerOptions } from './handler-options.ts'
export {
  type EditedObject,
  type ItemMapping,
  type MappedObject,
  type MappingContext,
  OccurrenceChanged,
  UploadError,
} from './item-mapping.ts'
export { createListService } from './list/index.ts'
export type { ListServiceOptions } from './list/parts.ts'
export type { BusyStatus, ItemAttachment, ItemKey, ItemKind, ItemUpload, ListItem } from './list-item.ts'
export type {
  AddAttachmentResult,
  ChangesOptions,
  ItemName,
  KeptRow,
  ListAccess,
  ListChanges,
  ListDescription,
  ListIdentity,
  ListRow,
  ListService,
  RowItem,
  UploadCode,
  UploadMethod,
  UploadResult,
} from './list-service.ts'
export { createItemMapping } from './mapping/index.ts'
export { createMemoryOutlook, type MemoryOutlook } from './memory-store.ts'
export type { OutlookRequestRecord } from './request-record.ts'
export { type StssyncLinkParts, type StssyncNames, stssyncLink, stssyncNames, stssyncValue } from './stssync-link.ts'
export { listUrl as outlookListUrl } from './wire/place.ts'
