export type { ItemBinding, ListRef, ListView, OutlookBindingStore, OutlookList } from './binding-store.ts'
export type { OutlookConnectionRecord, OutlookConnectionStore } from './connection-store.ts'
export {
  type EditedObject,
  type ItemMapping,
  type MappedObject,
  type MappingContext,
  UploadError,
} from './item-mapping.ts'
export type { BusyStatus, ItemAttachment, ItemKey, ItemKind, ItemUpload, ListItem } from './list-item.ts'
export { createItemMapping } from './mapping/index.ts'
