import type { EwsOperation } from '../envelope.ts'
import { createAttachment, deleteAttachment, getAttachment } from './attachments.ts'
import { convertId, getServerTimeZones, resolveNames } from './directory.ts'
import { findFolder, getFolder, syncFolderHierarchy } from './folders.ts'
import { getEvents, getStreamingEvents, subscribe, unsubscribe } from './notifications.ts'
import { findByProperty, findInView, getItem } from './read-items.ts'
import { syncFolderItems } from './sync.ts'
import { createItem, deleteItem, moveItem, updateItem } from './write-items.ts'

/** Every operation that this package speaks. */
export const operations: readonly Pick<EwsOperation<never, unknown>, 'name' | 'write' | 'parse'>[] = [
  getFolder,
  findFolder,
  syncFolderHierarchy,
  syncFolderItems,
  getItem,
  findInView,
  findByProperty,
  createItem,
  updateItem,
  deleteItem,
  moveItem,
  createAttachment,
  getAttachment,
  deleteAttachment,
  subscribe,
  getEvents,
  getStreamingEvents,
  unsubscribe,
  resolveNames,
  convertId,
  getServerTimeZones,
]
