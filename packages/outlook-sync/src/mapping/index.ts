import type { ItemMapping, MappedObject, MappingContext } from '../item-mapping.ts'
import { readAttachment, writeAttachment } from './attachments.ts'
import { createObject } from './create-object.ts'
import { addOccurrence } from './edit-occurrence.ts'
import { itemsOfObject } from './items-of.ts'
import { openObject } from './open-object.ts'
import { removeItem } from './remove-item.ts'
import { updateItem } from './update-item.ts'

const nothing: MappedObject = { items: [], windowed: false }

/** The mapping of specification sections 7 and 8: iCalendar events as SharePoint list items, both ways. Keeps no state. */
export const createItemMapping = (): ItemMapping => ({
  revision: '3',
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
