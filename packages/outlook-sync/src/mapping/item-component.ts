import type { CalendarTime } from '@dayport/core'
import { type Component, draftOf, editCalendar, type RecurrenceInstance, timeProperty } from '@dayport/core/ical'
import { type MappingContext, UploadError } from '../item-mapping.ts'
import type { ItemKey, ListItem } from '../list-item.ts'
import { dayMs, localMsOf } from './instants.ts'
import { componentOf, itemsOfObject } from './items-of.ts'
import { createFinder, localMsIn, type OpenObject, openObject, ridOf } from './open-object.ts'

export const opened = (data: Uint8Array, context: MappingContext): OpenObject => {
  const object = openObject(data, context)
  if (object === null) throw new UploadError('the stored object is no event')
  return object
}

/** @throws {UploadError} when the object has no such item. */
export const shownItem = (object: OpenObject, key: ItemKey, context: MappingContext): ListItem => {
  const item = itemsOfObject(object, context).items.find((found) => found.key === key)
  if (item === undefined) throw new UploadError('the item is no longer part of its event')
  return item
}

const sameId =
  (object: OpenObject, rid: string) =>
  (component: Component, index: number): boolean => {
    const own = object.facts.overrides[index]
    return own !== undefined && ridOf(ownForm(object, own.recurrenceId)) === rid && component.name === 'VEVENT'
  }

/** A RECURRENCE-ID in the form of the master's DTSTART, as keys have it. */
export const ownForm = (object: OpenObject, time: CalendarTime): CalendarTime => {
  const { start } = object.facts
  if (start === null || start.kind === time.kind) return time
  const [found] = createFinder(object, { ...object.facts, exdates: [], overrides: [] }).named(time)
  return found?.recurrenceId ?? time
}

/** The override of that occurrence alone: one of THISANDFUTURE speaks for later ones too. */
export const overrideOf = (object: OpenObject, key: ItemKey): Component | null => {
  const rid = key.slice(key.indexOf(':') + 1)
  const isIt = sameId(object, rid)
  const { overrides } = object.facts
  return object.overrides.find((own, index) => overrides[index]?.thisAndFuture !== true && isIt(own, index)) ?? null
}

/** The override that changes an occurrence together with all later ones: an object has no second one for it alone. */
const futureOverrideOf = (object: OpenObject, key: ItemKey): Component | null => {
  const isIt = sameId(object, key.slice(key.indexOf(':') + 1))
  const { overrides } = object.facts
  return object.overrides.find((own, index) => overrides[index]?.thisAndFuture === true && isIt(own, index)) ?? null
}

/** @throws {UploadError} when a change of the occurrence would be one of all later ones. */
export const refuseFuture = (object: OpenObject, key: ItemKey): void => {
  if (!key.includes(':') || overrideOf(object, key) !== null || futureOverrideOf(object, key) === null) return
  throw new UploadError('with this occurrence all later ones were changed; it is edited where that was done')
}

/** What an override does not take from its master. */
const seriesOnly = new Set(['RRULE', 'RDATE', 'EXDATE', 'EXRULE', 'RECURRENCE-ID', 'DTSTART', 'DTEND', 'DURATION'])

const withOverride = (object: OpenObject, source: Component, instance: RecurrenceInstance): Uint8Array => {
  const editor = editCalendar(object.document)
  editor.addComponent(object.calendar, {
    name: 'VEVENT',
    properties: [
      ...source.properties.filter(({ name }) => !seriesOnly.has(name)).map(draftOf),
      timeProperty('RECURRENCE-ID', instance.recurrenceId),
      timeProperty('DTSTART', instance.start),
      timeProperty('DTEND', instance.end),
    ],
    components: source.components.map((child) => ({ name: child.name, properties: child.properties.map(draftOf) })),
  })
  return editor.toBytes()
}

export const dayOfRid = (key: ItemKey): number => {
  const rid = key.slice(key.indexOf(':') + 1)
  return Date.UTC(Number(rid.slice(0, 4)), Number(rid.slice(4, 6)) - 1, Number(rid.slice(6, 8)))
}

/** An occurrence that has no override of its own, as the series and its overrides for later ones show it. */
const occurrenceOf = (object: OpenObject, key: ItemKey): RecurrenceInstance => {
  const rid = key.slice(key.indexOf(':') + 1)
  const future = object.overrides.flatMap((component, index) => {
    const own = object.facts.overrides[index]
    return own?.thisAndFuture === true ? [{ component, own }] : []
  })
  const shifts = future.map(({ own }) => localMsIn(object, own.start ?? own.recurrenceId) - localMsOf(own.recurrenceId))
  const finder = createFinder(object, { ...object.facts, overrides: future.map(({ own }) => own), exdates: [] })
  const day = dayOfRid(key)
  const found = finder
    .between(day - 2 * dayMs + Math.min(0, ...shifts), day + 3 * dayMs + Math.max(0, ...shifts))
    .find(({ recurrenceId }) => ridOf(recurrenceId) === rid)
  if (found === undefined) throw new UploadError('the series has no such occurrence')
  const source = found.override === null ? -1 : object.overrides.indexOf(future[found.override]!.component)
  return { ...found, override: source < 0 ? null : source }
}

/** The component that an item's edits go to, made where the occurrence has none of its own yet. */
export const componentFor = (
  data: Uint8Array,
  key: ItemKey,
  context: MappingContext,
): { readonly object: OpenObject; readonly component: Component } => {
  const object = opened(data, context)
  const [kind] = key.split(':')
  if (kind === 'event' || kind === 'part') {
    if (object.master !== null) return { object, component: object.master }
  } else if (kind !== 'deleted') {
    const own = overrideOf(object, key)
    if (own !== null) return { object, component: own }
    const future = futureOverrideOf(object, key)
    if (future !== null) return { object, component: future }
    if (object.master !== null) {
      const instance = occurrenceOf(object, key)
      const source = componentOf(object, instance) ?? object.master
      const next = opened(withOverride(object, source, instance), context)
      const made = overrideOf(next, key)
      if (made !== null) return { object: next, component: made }
    }
  }
  throw new UploadError('a deleted occurrence cannot be changed')
}

/** A change may move an occurrence to where it is an item of its own, or back. */
export const keyAfter = (data: Uint8Array, key: ItemKey, context: MappingContext): ItemKey => {
  const keys = itemsOfObject(opened(data, context), context).items.map((item) => item.key)
  const rid = key.slice(key.indexOf(':') + 1)
  const other = [key, `instance:${rid}`, `exception:${rid}`].find((candidate) => keys.includes(candidate))
  if (other === undefined) throw new UploadError('the changed item could not be shown any more')
  return other
}
