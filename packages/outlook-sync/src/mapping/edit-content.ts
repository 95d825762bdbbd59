import {
  type CalendarEditor,
  type Component,
  htmlToText,
  integerProperty,
  isFormatted,
  readText,
  sanitizeHtml,
  textListProperty,
  textProperty,
  timeProperty,
} from '@dayport/core/ical'
import { UploadError } from '../item-mapping.ts'
import type { ItemUpload } from '../list-item.ts'
import {
  busyNames,
  categoryName,
  htmlProperty,
  type ItemContent,
  storedCategories,
  textOf,
  untitled,
} from './content.ts'
import { isoOf } from './instants.ts'

/** UTF-16 code units of a description or other text that is taken in. */
const maxText = 1_000_000

/** A value that a client may send as a field or in the property bag; the schema wins. MS-OUTSPS 3.2.4.2. */
export const uploadedValue = (upload: ItemUpload, name: string): string | undefined => {
  const value = upload.fields.get(name) ?? upload.bag.get(name)
  if (value !== undefined && value.length > maxText) throw new UploadError(`${name} is too long`)
  return value
}

const setText = (editor: CalendarEditor, component: Component, name: string, text: string): boolean => {
  if (textOf(component, name) === text) return false
  if (text === '') editor.removeNamed(component, name)
  else editor.set(component, textProperty(name, text))
  return true
}

const setDescription = (editor: CalendarEditor, component: Component, sent: string, uploaded: string): boolean => {
  if (uploaded.trim() === sent.trim()) return false
  const html = sanitizeHtml(uploaded)
  if (html === sanitizeHtml(sent)) return false
  const text = htmlToText(html)
  const isSameText = text === htmlToText(sent)
  // Outlook wraps what it sends in markup of its own; that alone is no change.
  if (isSameText && !isFormatted(html) && !isFormatted(sent)) return false
  const styled = htmlProperty(component)
  if (!isSameText) setText(editor, component, 'DESCRIPTION', text)
  if (isFormatted(html)) {
    const property = textProperty('X-ALT-DESC', html, { FMTTYPE: 'text/html' })
    if (styled === undefined) editor.add(component, property)
    else if (readText(styled) !== html) editor.replace(styled, { ...property, name: styled.name })
  } else if (styled !== undefined) editor.remove(styled)
  return true
}

const setCategories = (
  editor: CalendarEditor,
  component: Component,
  shown: readonly string[],
  text: string,
): boolean => {
  const wanted = [...new Set(text.split(/[;,]/).map(categoryName))].filter((name) => name !== '')
  const known = new Set(shown)
  if (wanted.length === known.size && wanted.every((name) => known.has(name))) return false
  const stored = new Map(storedCategories(component).map((name) => [categoryName(name), name]))
  const names = wanted.map((name) => stored.get(name) ?? name)
  if (names.length === 0) editor.removeNamed(component, 'CATEGORIES')
  else editor.setAll(component, 'CATEGORIES', [textListProperty('CATEGORIES', names)])
  return true
}

const integer = (name: string, text: string, values: readonly number[]): number | null => {
  const value = text.trim()
  if (value === '') return null
  const number = Number(value)
  if (!/^-?\d{1,3}$/.test(value) || !values.includes(number)) throw new UploadError(`${name} has an unknown value`)
  return number
}

const setBusy = (editor: CalendarEditor, component: Component, shown: number, text: string): boolean => {
  const wanted = integer('BusyStatus', text, [-1, 0, 1, 2, 3, 4])
  if (wanted === null || wanted === -1 || wanted === shown) return false
  const status = wanted === 4 ? 0 : wanted // "working elsewhere" of later versions leaves the person free
  if (status === shown) return false
  editor.set(component, textProperty('TRANSP', status === 0 ? 'TRANSPARENT' : 'OPAQUE'))
  editor.set(component, textProperty('X-MICROSOFT-CDO-BUSYSTATUS', busyNames[status] ?? 'BUSY'))
  if (status !== 1 && textOf(component, 'STATUS').toUpperCase() === 'TENTATIVE') {
    editor.set(component, textProperty('STATUS', 'CONFIRMED'))
  }
  return true
}

/** Outlook sends -1 whatever it was sent: section 5.4. */
const setIntended = (editor: CalendarEditor, component: Component, shown: number, text: string): boolean => {
  const wanted = integer('IntendedBusyStatus', text, [-1, 0, 1, 2, 3, 4])
  const name = wanted === null ? undefined : busyNames[wanted]
  if (name === undefined || wanted === shown) return false
  editor.set(component, textProperty('X-MICROSOFT-CDO-INTENDEDSTATUS', name))
  return true
}

const setPriority = (editor: CalendarEditor, component: Component, shown: number, text: string): boolean => {
  const wanted = integer('Priority', text, [-1, 0, 1])
  if (wanted === null || wanted === shown) return false
  editor.set(component, integerProperty('PRIORITY', wanted === 1 ? 1 : wanted === 0 ? 5 : 9))
  if (component.property('X-MICROSOFT-CDO-IMPORTANCE') !== undefined) {
    editor.set(component, integerProperty('X-MICROSOFT-CDO-IMPORTANCE', wanted + 1))
  }
  return true
}

/**
 * Lays what was sent over a component; a value that says what the client was last sent changes nothing.
 *
 * @returns whether anything changed.
 * @throws {UploadError} for a value that its field cannot have.
 */
export const editContent = (
  editor: CalendarEditor,
  component: Component,
  shown: ItemContent,
  upload: ItemUpload,
): boolean => {
  let changed = false
  const each = (name: string, set: (value: string) => boolean): void => {
    const value = uploadedValue(upload, name)
    if (value !== undefined && set(value)) changed = true
  }
  each('Title', (text) => text !== shown.title && setText(editor, component, 'SUMMARY', text === untitled ? '' : text))
  each('Location', (text) => text !== shown.location && setText(editor, component, 'LOCATION', text))
  each('Description', (html) => setDescription(editor, component, shown.description, html))
  each('Categories', (text) => setCategories(editor, component, shown.categories, text))
  each('BusyStatus', (text) => setBusy(editor, component, shown.busyStatus, text))
  each('IntendedBusyStatus', (text) => setIntended(editor, component, shown.intendedBusyStatus, text))
  each('Priority', (text) => setPriority(editor, component, shown.priority, text))
  return changed
}

/** What every edit leaves behind. RFC 5545 §3.8.7. */
export const touch = (editor: CalendarEditor, component: Component, nowMs: number): void => {
  const now = { kind: 'utc', instant: isoOf(nowMs) } as const
  editor.set(component, timeProperty('DTSTAMP', now))
  editor.set(component, timeProperty('LAST-MODIFIED', now))
  const sequence = Number.parseInt(component.property('SEQUENCE')?.value ?? '0', 10)
  editor.set(
    component,
    integerProperty('SEQUENCE', Number.isFinite(sequence) ? Math.min(sequence + 1, 2 ** 31 - 1) : 1),
  )
}
