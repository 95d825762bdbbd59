import { editCalendar, rawProperty } from '@dayport/core/ical'
import { type ItemMapping, type MappingContext, UploadError } from '../item-mapping.ts'
import type { ItemKey } from '../list-item.ts'
import { attachmentsOf, fileName } from './content.ts'
import { touch } from './edit-content.ts'
import { componentFor, refuseFuture } from './item-component.ts'
import { openObject } from './open-object.ts'

const bytesOf = (base64: string): Uint8Array => {
  const binary = atob(base64.replace(/\s+/g, ''))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

const base64Of = (bytes: Uint8Array): string => {
  let binary = ''
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(binary)
}

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

export const readAttachment = (
  data: Uint8Array,
  key: ItemKey,
  name: string,
  context: MappingContext,
): ReturnType<ItemMapping['attachment']> => {
  const object = openObject(data, context)
  if (object === null || key.startsWith('deleted:')) return null
  const { component } = componentFor(data, key, context)
  const found = attachmentsOf(component).find((file) => sameName(file.name, name))
  if (found === undefined) return null
  try {
    return { bytes: bytesOf(found.property.value), mediaType: found.property.param('FMTTYPE') ?? null }
  } catch {
    return null // a stored value that is no base64
  }
}

export const writeAttachment = (
  data: Uint8Array,
  key: ItemKey,
  name: string,
  bytes: Uint8Array | null,
  context: MappingContext,
): Uint8Array => {
  const { object, component } = componentFor(data, key, context)
  const stored = attachmentsOf(component).find((file) => sameName(file.name, name))
  if (bytes === null && stored === undefined) return data
  refuseFuture(object, key)
  if (bytes !== null && fileName(name) !== name)
    throw new UploadError('the file name has characters that it cannot have')
  const editor = editCalendar(object.document)
  if (bytes === null) editor.remove(stored!.property)
  else {
    const params = { ENCODING: 'BASE64', VALUE: 'BINARY', FILENAME: stored?.name ?? name }
    const draft = rawProperty('ATTACH', base64Of(bytes), params)
    if (stored === undefined) editor.add(component, draft)
    else editor.replace(stored.property, draft)
  }
  touch(editor, component, context.nowMs)
  return editor.toBytes()
}
