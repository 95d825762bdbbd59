export type { ItemBinding, ListRef, ListView, OutlookBindingStore, OutlookList } from './binding-store.ts'
export type { OutlookConnectionRecord, OutlookConnectionStore } from './connection-store.ts'
export {
  type EditedObject,
  type ItemMapping,
  type MappedObject,
  type MappingContext,
  UploadError,
} from './item-mapping.ts'
export { createListService } from './list/index.ts'
export type { ListServiceOptions } from './list/parts.ts'
export type { BusyStatus, ItemAttachment, ItemKey, ItemKind, ItemUpload, ListItem } from './list-item.ts'
export type {
  AddAttachmentResult,
  ChangesOptions,
  ListAccess,
  ListChanges,
  ListDescription,
  ListRow,
  ListService,
  UploadCode,
  UploadMethod,
  UploadResult,
} from './list-service.ts'
export { createItemMapping } from './mapping/index.ts'
export { createMemoryOutlook, type MemoryOutlook } from './memory-store.ts'
