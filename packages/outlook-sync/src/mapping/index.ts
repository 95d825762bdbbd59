import type { ItemMapping, MappedObject, MappingContext } from '../item-mapping.ts'
import { readAttachment, writeAttachment } from './attachments.ts'
import { addOccurrence, createObject, removeItem, updateItem } from './edit-object.ts'
import { itemsOfObject } from './items-of.ts'
import { openObject } from './open-object.ts'

const nothing: MappedObject = { items: [], windowed: false }

/** The mapping of specification sections 7 and 8: iCalendar events as SharePoint list items, both ways. Keeps no state. */
export const createItemMapping = (): ItemMapping => ({
  revision: '2',
  itemsOf: (data, context) => {
    const object = openObject(data, context)
    return object === null ? nothing : itemsOfObject(object, context)
  },
  create: createObject,
  update: updateItem,
  addOccurrence,
  remove: removeItem,
  attachment: readAttachment,
  putAttachment: writeAttachment,
  removeAttachment: (data, key, name, context: MappingContext) => writeAttachment(data, key, name, null, context),
})
