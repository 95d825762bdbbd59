import {
  draftOf,
  editCalendar,
  parseCalendar,
  serializeProperty,
  textListProperty,
  textProperty,
} from '@dayport/core/ical'
import { cssColorName } from './css-colors.ts'

/** What tells the calendars of a feed apart: lines that each of their components gets. */
export interface FeedLabel {
  readonly categories: Uint8Array
  /** `null` where the calendar has no colour. */
  readonly color: Uint8Array | null
}

/** A category with the calendar's name, which most programs can colour by, and its COLOR of RFC 7986 §5.9. */
export const labelOf = (displayName: string, color: string | null): FeedLabel => {
  const name = color === null ? null : cssColorName(color)
  return {
    categories: serializeProperty(textListProperty('CATEGORIES', [displayName])),
    color: name === null ? null : serializeProperty(textProperty('COLOR', name)),
  }
}

const LF = 0x0a
const begin = 'BEGIN:'
const end = 'END:'
const ownColor = 'COLOR'

/**
 * Marks each component of a slice behind its BEGIN line; a COLOR of its own stays the only one. Its own categories stay, behind the
 * calendar's: Outlook colours by the first.
 */
export const withLabel = (body: Uint8Array, { categories, color }: FeedLabel): Uint8Array => {
  const marks: { readonly at: number; hasColor: boolean }[] = []
  let depth = 0
  for (let start = 0; start < body.length; ) {
    const next = body.indexOf(LF, start) + 1 || body.length
    if (startsWith(body, start, begin)) {
      depth += 1
      if (depth === 1) marks.push({ at: next, hasColor: false })
    } else if (startsWith(body, start, end)) depth -= 1
    else if (depth === 1 && startsWith(body, start, ownColor) && isNameEnd(body[start + ownColor.length])) {
      const mark = marks.at(-1)
      if (mark !== undefined) mark.hasColor = true
    }
    start = next
  }
  const out = new Uint8Array(body.length + marks.length * (categories.length + (color?.length ?? 0)))
  let length = 0
  const write = (bytes: Uint8Array) => {
    out.set(bytes, length)
    length += bytes.length
  }
  let from = 0
  for (const { at, hasColor } of marks) {
    write(body.subarray(from, at))
    write(categories)
    if (color !== null && !hasColor) write(color)
    from = at
  }
  write(body.subarray(from))
  return out.subarray(0, length)
}

const isNameEnd = (octet: number | undefined): boolean => octet === 0x3a || octet === 0x3b

const startsWith = (body: Uint8Array, start: number, letters: string): boolean => {
  for (let i = 0; i < letters.length; i++) {
    const octet = body[start + i] ?? 0
    if ((octet >= 0x61 && octet <= 0x7a ? octet - 0x20 : octet) !== letters.charCodeAt(i)) return false
  }
  return true
}

/**
 * The same components with an end put to their UIDs: overrides stay with their master, and instances that stand each for itself stay
 * apart.
 */
export const withUidEnd = (body: Uint8Array, uidEnd: string): Uint8Array => {
  const document = parseCalendar(body)
  const editor = editCalendar(document)
  for (const component of document.calendars.flatMap((calendar) => calendar.components)) {
    for (const property of component.propertiesNamed('UID')) {
      editor.replace(property, { ...draftOf(property), value: `${property.value.trim()}${uidEnd}` })
    }
  }
  return editor.toBytes()
}
