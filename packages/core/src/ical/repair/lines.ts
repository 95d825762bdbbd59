import { draftOf } from '../text/edit.ts'
import type { CalendarDocument, Component, ComponentDraft, Property, PropertyDraft } from '../text/model.ts'
import { isContentName } from '../text/names.ts'
import { serializeCalendar } from '../text/serialize.ts'

const TAB = 0x09
const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const DEL = 0x7f

/**
 * Whether an octet or a line of the text is none that RFC 5545 §3.1 knows: control characters, characters cut in two by a fold, lines
 * without a colon, quotes that do not pair up, components that do not end.
 */
export const hasLineFaults = ({ bytes, warnings }: CalendarDocument): boolean => {
  if (warnings.length > 0) return true
  for (let i = 0; i < bytes.length; i++) {
    const octet = bytes[i] as number
    if (octet > SPACE && octet !== DEL) continue
    if (octet === SPACE || octet === TAB) {
      if (i > 0 && bytes[i - 1] === LF && ((bytes[i + 1] as number) & 0xc0) === 0x80) return true
    } else if (octet !== CR && octet !== LF) return true
  }
  return false
}

/** The same calendar written anew from what could be read of it: lines that say nothing are not there. */
export const rewrittenLines = ({ calendars }: CalendarDocument): Uint8Array =>
  serializeCalendar({
    name: 'VCALENDAR',
    properties: calendars[0]?.properties.flatMap(soundDrafts) ?? [],
    components: calendars.flatMap(({ components }) => components.flatMap(toDrafts)),
  })

const toDrafts = ({ name, properties, components }: Component): readonly ComponentDraft[] =>
  isContentName(name)
    ? [{ name, properties: properties.flatMap(soundDrafts), components: components.flatMap(toDrafts) }]
    : []

/** What the property says, without parameters whose names are none; nothing where its own name is none. */
export const soundDrafts = (property: Property): readonly PropertyDraft[] => {
  const draft = draftOf(property)
  if (!isContentName(draft.name)) return []
  const params = Object.entries(draft.params ?? {}).filter(([name]) => isContentName(name))
  return [{ ...draft, params: Object.fromEntries(params) }]
}
