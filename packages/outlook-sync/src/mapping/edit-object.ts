import type { CalendarTime } from '@dayport/core'
import {
  type CalendarEditor,
  type Component,
  draftOf,
  editCalendar,
  expandRule,
  parseRule,
  type RecurrenceInstance,
  rawProperty,
  serializeCalendar,
  textProperty,
  timeProperty,
  type Weekday,
  weekdays,
} from '@dayport/core/ical'
import { type EditedObject, type MappingContext, UploadError } from '../item-mapping.ts'
import type { ItemKey, ItemUpload, ListItem } from '../list-item.ts'
import { contentOf, textOf } from './content.ts'
import { editContent, touch } from './edit-content.ts'
import {
  addZone,
  formFor,
  inForm,
  isTrue,
  moveExceptions,
  namesSame,
  setTimes,
  type UploadedTimes,
  uploadedTimes,
  withoutTimes,
} from './edit-times.ts'
import { dayMs, isoOf, localMsOf, msOf, utc, withLocalMs, zoneNamed } from './instants.ts'
import { componentOf, instanceKey, itemsOfObject, listTimeOf, timesOf } from './items-of.ts'
import { createFinder, instantOf, type OpenObject, openObject, ridOf } from './open-object.ts'
import { meaningOf, ruleText } from './pattern.ts'
import { fieldXml, parseRecurrence, type RecurrenceDocument } from './recurrence-xml.ts'
import { seriesView } from './series-view.ts'
import { sameRule, tzidOfRule, vtimezoneOfRule, zoneOfRule, zoneRuleOf } from './zone-rule.ts'

const opened = (data: Uint8Array, context: MappingContext): OpenObject => {
  const object = openObject(data, context)
  if (object === null) throw new UploadError('the stored object is no event')
  return object
}

/** @throws {UploadError} when the object has no such item. */
const shownItem = (object: OpenObject, key: ItemKey, context: MappingContext): ListItem => {
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
const ownForm = (object: OpenObject, time: CalendarTime): CalendarTime => {
  const { start } = object.facts
  if (start === null || start.kind === time.kind) return time
  const [found] = createFinder(object, { ...object.facts, exdates: [], overrides: [] }).named(time)
  return found?.recurrenceId ?? time
}

/** The override of that occurrence alone: one of THISANDFUTURE speaks for later ones too. */
const overrideOf = (object: OpenObject, key: ItemKey): Component | null => {
  const rid = key.slice(key.indexOf(':') + 1)
  const isIt = sameId(object, rid)
  const { overrides } = object.facts
  return object.overrides.find((own, index) => overrides[index]?.thisAndFuture !== true && isIt(own, index)) ?? null
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
const componentFor = (
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

export const updateItem = (
  data: Uint8Array,
  key: ItemKey,
  upload: ItemUpload,
  context: MappingContext,
): EditedObject => {
  const shown = shownItem(opened(data, context), key, context)
  if (shown.kind === 'deleted') {
    const isStill = (upload.fields.get('EventType') ?? '3').trim() === '3'
    if (isStill) return { data, key }
    throw new UploadError('Outlook cannot bring back an occurrence')
  }
  if (shown.kind === 'exception' && upload.fields.get('EventType')?.trim() === '3') {
    // Outlook deletes the one and makes the other; what says both in one method means the same.
    return addOccurrence(data, withFields(upload, { EventType: '3', RecurrenceID: shown.recurrenceId ?? '' }), context)
  }
  const { object, component } = componentFor(data, key, context)
  const editor = editCalendar(object.document)
  const isContentChanged = editContent(editor, component, shown, upload)
  const isMaster = key === 'event' || key.startsWith('part:')
  const isTimeChanged = isMaster
    ? editSeries(editor, object, component, shown, upload, context)
    : editOccurrence(editor, object, component, shown, upload, context)
  if (!isContentChanged && !isTimeChanged) return { data, key }
  refuseFuture(object, key)
  touch(editor, component, context.nowMs)
  const before = {
    rule: component.property('RRULE')?.value ?? null,
    stray: shown.kind === 'master' ? (seriesView(object, context)?.stray ?? null) : null,
  }
  const bytes = isMaster ? withFirstOccurrence(editor.toBytes(), before, context) : editor.toBytes()
  return { data: bytes, key: keyAfter(bytes, key, context) }
}

const withFields = (upload: ItemUpload, fields: Readonly<Record<string, string>>): ItemUpload => ({
  ...upload,
  fields: new Map([...upload.fields, ...Object.entries(fields)]),
})

/** A change may move an occurrence to where it is an item of its own, or back. */
const keyAfter = (data: Uint8Array, key: ItemKey, context: MappingContext): ItemKey => {
  const keys = itemsOfObject(opened(data, context), context).items.map((item) => item.key)
  const rid = key.slice(key.indexOf(':') + 1)
  const other = [key, `instance:${rid}`, `exception:${rid}`].find((candidate) => keys.includes(candidate))
  if (other === undefined) throw new UploadError('the changed item could not be shown any more')
  return other
}

const editOccurrence = (
  editor: CalendarEditor,
  object: OpenObject,
  component: Component,
  shown: ListItem,
  upload: ItemUpload,
  context: MappingContext,
): boolean => {
  if (isRecurring(upload) === true && shown.kind === 'single') {
    throw new UploadError('an occurrence of a series cannot repeat by itself')
  }
  const times = uploadedTimes(upload, shown, false)
  if (times === null) return false
  const [own] = createFinder(object, object.facts).named(
    object.facts.overrides[object.overrides.indexOf(component)]!.recurrenceId,
  )
  const stored = object.facts.overrides[object.overrides.indexOf(component)]?.start ?? own?.start ?? object.facts.start
  const start = inForm(object, formFor(stored, times.allDay, context), times.startMs)
  setTimes(editor, object, component, start, times, shown)
  addZone(editor, object, start)
  return true
}

/** EventType 1 is a series only together with fRecurrence; `undefined` when the upload does not say. Specification section 8.1. */
const isRecurring = (upload: ItemUpload): boolean | undefined => {
  const flag = upload.fields.get('fRecurrence')
  if (flag !== undefined) return isTrue(flag)
  const type = upload.fields.get('EventType')?.trim()
  return type === undefined ? undefined : type === '1' ? undefined : type === '0' || type === '2' ? false : undefined
}

/** MS-OUTSPS 2.2.5.5: a series that does not say how it repeats is to be refused, and stays with the person who made it. */
const isNewSeries = (upload: ItemUpload): boolean => {
  const recurring = isRecurring(upload)
  const type = upload.fields.get('EventType')?.trim()
  const hasRule = (upload.fields.get('RecurrenceData') ?? '').trim() !== ''
  return recurring === true ? hasRule || type === '1' : recurring === undefined && type === '1'
}

const weekdayAt = (localMs: number): Weekday => weekdays[(new Date(localMs).getUTCDay() + 6) % 7]!

/** A zone that an upload asks for; `null` when it asks for none, or for the one that it was sent. */
const uploadedZone = (
  object: OpenObject | null,
  shown: ListItem | null,
  upload: ItemUpload,
  atMs: number,
  context: MappingContext,
): { readonly tzid: string; readonly text?: string } | null => {
  const text = upload.fields.get('XMLTZone')
  if (text === undefined || text.trim() === '') return null
  const [root] = fieldXml('XMLTZone', text).elements
  const rule = root === undefined ? null : zoneRuleOf(root)
  if (rule === null) throw new UploadError('XMLTZone is no time zone rule')
  const [before] = shown?.timeZoneXml == null ? [] : fieldXml('XMLTZone', shown.timeZoneXml).elements
  const sent = before === undefined ? null : zoneRuleOf(before)
  if (sent !== null && sameRule(sent, rule)) return null
  const own = object?.facts.start?.kind === 'zoned' ? [object.facts.start.tzid] : []
  const tzid = tzidOfRule(rule, Math.max(atMs, context.nowMs), [...own, context.timeZone])
  return tzid === null ? vtimezoneOfRule(rule) : { tzid }
}

const formOfZone = (tzid: string): CalendarTime =>
  tzid === 'UTC'
    ? { kind: 'utc', instant: '1970-01-01T00:00:00Z' }
    : { kind: 'zoned', local: '1970-01-01T00:00:00', tzid }

const zoneOfForm = (
  object: OpenObject | null,
  form: CalendarTime,
  zone: { tzid: string; text?: string } | null,
  upload: ItemUpload,
) => {
  if (form.kind === 'date' || form.kind === 'utc') return utc
  if (form.kind === 'zoned') {
    const known = object?.zoneOf(form.tzid) ?? null
    if (known !== null) return known
    const [root] = zone?.text === undefined ? [] : fieldXml('XMLTZone', upload.fields.get('XMLTZone') ?? '').elements
    const rule = root === undefined ? null : zoneRuleOf(root)
    return rule === null ? zoneNamed(form.tzid) : zoneOfRule(rule, form.tzid)
  }
  return zoneNamed(object?.floatingZone ?? 'UTC')
}

/** UNTIL: the end of the day of windowEnd where the series is, specification section 8.2. */
const untilText = (
  untilMs: number,
  form: CalendarTime,
  toLocal: (ms: number) => number,
  toInstant: (local: number) => number,
): string => {
  const day = Math.floor((form.kind === 'date' ? untilMs : toLocal(untilMs)) / dayMs) * dayMs
  const compact = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')
  if (form.kind === 'date') return `UNTIL=${compact(day).slice(0, 8)}`
  const last = day + dayMs - 1000
  return form.kind === 'floating' ? `UNTIL=${compact(last)}` : `UNTIL=${compact(toInstant(last))}Z`
}

/** The RRULE of an uploaded document. */
const rruleOf = (
  { pattern, end }: RecurrenceDocument,
  form: CalendarTime,
  toLocal: (ms: number) => number,
  toInstant: (local: number) => number,
): string => {
  if (end === null) return ruleText(pattern)
  if ('count' in end) return `${ruleText(pattern)};COUNT=${end.count}`
  return `${ruleText(pattern)};${untilText(end.untilMs, form, toLocal, toInstant)}`
}

/** What a series was before an edit; `null` for a new one. */
interface SeriesBefore {
  readonly rule: string | null
  /** DTSTART if it was no occurrence of the rule, and an item of its own. */
  readonly stray: CalendarTime | null
}

/**
 * An uploaded rule makes occurrences on its own days only: "A recurrence is generated on PatternStartDate only if it matches the pattern"
 * (Outlook's object model), while DTSTART is an instance whatever the rule says (RFC 5545 §3.8.5.3). So DTSTART is put on the first of them.
 * One that was an item of its own before, and that nobody has moved, stays and is counted: repeatInstances counts what the pattern makes.
 */
const withFirstOccurrence = (data: Uint8Array, before: SeriesBefore | null, context: MappingContext): Uint8Array => {
  const object = opened(data, context)
  const { facts, master } = object
  const rule = master?.property('RRULE')
  const { start } = facts
  if (master === null || rule === undefined || start === null || rule.value === before?.rule) return data
  const [first] = expandRule({ ...parseRule(rule.value), count: null }, start, { limit: 1, zone: object.seriesZone })
  if (first === undefined || localMsOf(first) === localMsOf(start)) return data
  const editor = editCalendar(object.document)
  if (before?.stray != null && localMsOf(before.stray) === localMsOf(start)) {
    const counted = rule.value.replace(/COUNT=(\d+)/i, (_, count: string) => `COUNT=${Number(count) + 1}`)
    if (counted === rule.value) return data
    editor.replace(rule, { ...draftOf(rule), value: counted })
    return editor.toBytes()
  }
  const [alone] = createFinder(object, { ...facts, rrules: [], rdates: [], exdates: [], overrides: [] }).all(1)
  if (alone === undefined) return data
  const allDay = first.kind === 'date'
  const startMs = allDay ? localMsOf(first) : instantOf(object, first)
  const lengthMs = allDay ? localMsOf(alone.end) - localMsOf(alone.start) : alone.endMs - alone.startMs
  setTimes(editor, object, master, first, { allDay, startMs, endMs: startMs + lengthMs }, null)
  return editor.toBytes()
}

const sameRecurrence = (a: RecurrenceDocument, b: RecurrenceDocument, toLocal: (ms: number) => number): boolean => {
  if (meaningOf(a.pattern) !== meaningOf(b.pattern)) return false
  if (a.end === null || b.end === null) return a.end === b.end
  if ('count' in a.end || 'count' in b.end) return 'count' in a.end && 'count' in b.end && a.end.count === b.end.count
  return Math.floor(toLocal(a.end.untilMs) / dayMs) === Math.floor(toLocal(b.end.untilMs) / dayMs)
}

const removeExceptions = (
  editor: CalendarEditor,
  object: OpenObject,
  master: Component,
  context: MappingContext,
): void => {
  const { items } = itemsOfObject(object, context)
  // What stands for itself is no exception to the client.
  const alone = new Set(items.filter(({ kind }) => kind === 'single').map(({ key }) => key.slice(key.indexOf(':') + 1)))
  object.overrides.forEach((component, index) => {
    const own = object.facts.overrides[index]
    if (own !== undefined && !alone.has(ridOf(ownForm(object, own.recurrenceId)))) editor.removeComponent(component)
  })
  editor.removeNamed(master, 'EXDATE')
}

const editSeries = (
  editor: CalendarEditor,
  object: OpenObject,
  master: Component,
  shown: ListItem,
  upload: ItemUpload,
  context: MappingContext,
): boolean => {
  const { start } = object.facts
  if (start === null) throw new UploadError('the event has no start')
  const wasSeries = shown.kind === 'master'
  const text = upload.fields.get('RecurrenceData') ?? ''
  const recurring = isRecurring(upload)
  const startMs = Date.parse(upload.fields.get('EventDate') || shown.start)
  const sent = shown.recurrenceData === null ? null : parseRecurrence(shown.recurrenceData, weekdayAt(localMsOf(start)))
  const toShownLocal = (ms: number): number => (shown.allDay ? ms : object.seriesZone.toLocal(ms))
  const document =
    recurring === false || text.trim() === '' ? null : parseRecurrence(text, weekdayAt(toShownLocal(startMs)))
  const isRuleChanged = document !== null && (sent === null || !sameRecurrence(sent, document, toShownLocal))
  const ends = wasSeries && recurring === false
  const isSeries = document !== null || (wasSeries && !ends)

  const times = uploadedTimes(upload, shown, isSeries)
  const zone = isSeries ? uploadedZone(object, shown, upload, startMs, context) : null
  const isPart = shown.key.startsWith('part:')
  if (
    isPart &&
    (isRuleChanged || ends || zone !== null || (times !== null && times.startMs !== Date.parse(shown.start)))
  ) {
    throw new UploadError('this series is part of one that Outlook cannot say; its recurrence is changed elsewhere')
  }
  if (times === null && zone === null && !isRuleChanged && !ends && document?.deleteExceptions !== true) return false

  const deletesExceptions = ends || document?.deleteExceptions === true
  const current: UploadedTimes = times ?? {
    allDay: shown.allDay,
    startMs: Date.parse(shown.start),
    endMs: Date.parse(shown.start) + shown.durationSeconds * 1000 + (shown.allDay ? 60_000 : 0),
  }
  const form =
    zone !== null && !current.allDay
      ? formOfZone(zone.tzid)
      : becomesZoned(formFor(start, current.allDay, context), !wasSeries && isSeries, context)
  const formZone = zoneOfForm(object, form, zone, upload)
  const newFirst = formZone.toLocal(current.startMs)
  const shownFirst =
    start.kind === 'date' ? Date.parse(shown.start) : object.seriesZone.toLocal(Date.parse(shown.start))
  // The client knows the first occurrence; DTSTART stands before it where the rule does not match it.
  const startLocal = isRuleChanged || !wasSeries ? newFirst : localMsIn(object, start) + newFirst - shownFirst
  const newStart = withLocalMs(form, startLocal)
  const isMoved = times !== null || zone !== null || newStart.kind !== start.kind
  if (deletesExceptions) removeExceptions(editor, object, master, context)
  else if (isMoved && wasSeries) {
    const hasExceptions = object.overrides.length + object.facts.exdates.length > 0
    if (hasExceptions && (newStart.kind === 'date') !== (start.kind === 'date')) {
      throw new UploadError('a series with changed occurrences keeps its kind of time')
    }
    if (hasExceptions) moveExceptions(editor, object, master, newStart)
  }
  if (isMoved) {
    const startAt = form.kind === 'date' ? startLocal : formZone.toInstant(startLocal)
    const moved = { ...current, startMs: startAt, endMs: startAt + (current.endMs - current.startMs) }
    setSeriesTimes(editor, object, master, newStart, moved, shown, formZone)
    addZone(editor, object, newStart, zone?.text)
  }
  if (ends) for (const name of ['RRULE', 'RDATE', 'EXRULE']) editor.removeNamed(master, name)
  else if (isRuleChanged) {
    const rule = rruleOf(document, form, formZone.toLocal, formZone.toInstant)
    editor.setAll(master, 'RRULE', [rawProperty('RRULE', rule)])
    editor.removeNamed(master, 'EXRULE')
  } else if (isMoved && sent?.end != null && 'untilMs' in sent.end) {
    // An UNTIL at the last start of before would cut off the last occurrence of a series that moves to a later hour.
    const until = untilText(sent.end.untilMs, form, formZone.toLocal, formZone.toInstant)
    const rule = master.property('RRULE')
    if (rule !== undefined) editor.replace(rule, { ...draftOf(rule), value: rule.value.replace(/UNTIL=[^;]*/i, until) })
  }
  return true
}

const localMsIn = (object: OpenObject, time: CalendarTime): number =>
  time.kind === 'zoned' || time.kind === 'floating' || time.kind === 'date'
    ? localMsOf(time)
    : object.seriesZone.toLocal(instantOf(object, time))

/** A series repeats on somebody's clock: one that begins as a UTC instant gets the person's zone. */
const becomesZoned = (form: CalendarTime, isNewSeries: boolean, context: MappingContext): CalendarTime =>
  isNewSeries && form.kind === 'utc' ? formFor(null, false, context) : form

const setSeriesTimes = (
  editor: CalendarEditor,
  object: OpenObject,
  master: Component,
  start: CalendarTime,
  times: UploadedTimes,
  shown: ListItem,
  zone: { readonly toLocal: (ms: number) => number },
): void => {
  const isOther = start.kind === 'zoned' && object.zoneOf(start.tzid) === null
  if (!isOther) {
    setTimes(editor, object, master, start, times, shown)
    return
  }
  editor.set(master, timeProperty('DTSTART', start))
  editor.removeNamed(master, 'DURATION')
  editor.set(master, timeProperty('DTEND', withLocalMs(start, zone.toLocal(times.endMs))))
}

export const createObject = (upload: ItemUpload, context: MappingContext): Uint8Array => {
  const isSeries = isNewSeries(upload)
  const times = uploadedTimes(upload, null, isSeries)
  if (times === null) throw new UploadError('EventDate is missing')
  const zone = isSeries ? uploadedZone(null, null, upload, times.startMs, context) : null
  const form = zone !== null && !times.allDay ? formOfZone(zone.tzid) : formFor(null, times.allDay, context)
  const formZone = zoneOfForm(null, form, zone, upload)
  const start = withLocalMs(form, formZone.toLocal(times.startMs))
  const document = isSeries
    ? parseRecurrence(upload.fields.get('RecurrenceData') ?? '', weekdayAt(formZone.toLocal(times.startMs)))
    : null
  const now: CalendarTime = { kind: 'utc', instant: isoOf(context.nowMs) }
  const base = serializeCalendar({
    name: 'VCALENDAR',
    properties: [textProperty('VERSION', '2.0'), textProperty('PRODID', '-//Dayport//Outlook//EN')],
    components: [
      {
        name: 'VEVENT',
        properties: [
          textProperty('UID', context.newUid()),
          timeProperty('DTSTAMP', now),
          timeProperty('CREATED', now),
          timeProperty('LAST-MODIFIED', now),
          timeProperty('DTSTART', start),
          timeProperty('DTEND', withLocalMs(form, formZone.toLocal(times.endMs))),
          ...(document === null
            ? []
            : [rawProperty('RRULE', rruleOf(document, form, formZone.toLocal, formZone.toInstant))]),
        ],
      },
    ],
  })
  const object = opened(base, context)
  const editor = editCalendar(object.document)
  const master = object.master!
  editContent(editor, master, { ...contentOf(master), title: '', busyStatus: -1 }, upload)
  addZone(editor, object, start, zone?.text)
  return withFirstOccurrence(editor.toBytes(), null, context)
}

/**
 * The occurrence that a RecurrenceID names: the one that begins then. A client that knows the series with another time of day, or that says
 * but the day, means the one of that day, as long as it is the only one.
 */
const namedOccurrence = (object: OpenObject, id: string): RecurrenceInstance | undefined => {
  const ms = msOf(id)
  if (ms === null) return undefined
  const near = createFinder(object, { ...object.facts, overrides: [], exdates: [] }).between(
    ms - 2 * dayMs,
    ms + 2 * dayMs,
  )
  const exact = near.find(({ recurrenceId }) => listTimeOf(object, recurrenceId) === id)
  if (exact !== undefined) return exact
  const local = ms % dayMs === 0 || object.facts.start?.kind === 'date' ? ms : object.seriesZone.toLocal(ms)
  const dayOf = (at: number): number => Math.floor(at / dayMs)
  const ofDay = near.filter(({ recurrenceId }) => dayOf(localMsOf(recurrenceId)) === dayOf(local))
  return ofDay.length === 1 ? ofDay[0] : undefined
}

export const addOccurrence = (data: Uint8Array, upload: ItemUpload, context: MappingContext): EditedObject => {
  const object = opened(data, context)
  const { master } = object
  const id = upload.fields.get('RecurrenceID')
  if (master === null || id === undefined || id === '') throw new UploadError('RecurrenceID is missing')
  const instance = namedOccurrence(object, id)
  if (instance === undefined) throw new UploadError('the series has no occurrence at RecurrenceID')
  const rid = ridOf(instance.recurrenceId)
  const existing = overrideOf(object, `exception:${rid}`)
  const isRemoved = object.facts.exdates.some((exdate) => namesSame(object, exdate, instance.recurrenceId))
  const editor = editCalendar(object.document)
  if (upload.fields.get('EventType')?.trim() === '3') {
    if (existing === null && isRemoved) return { data, key: `deleted:${rid}` }
    if (existing !== null) editor.removeComponent(existing)
    if (!isRemoved) editor.add(master, timeProperty('EXDATE', instance.recurrenceId))
    touch(editor, master, context.nowMs)
    return { data: editor.toBytes(), key: `deleted:${rid}` }
  }
  if (existing !== null && textOf(existing, 'STATUS').toUpperCase() !== 'CANCELLED') {
    throw new UploadError('this occurrence has been changed already')
  }
  if (existing !== null) editor.removeComponent(existing)
  if (isRemoved) withoutTimes(editor, master, 'EXDATE', (time) => namesSame(object, time, instance.recurrenceId))
  const cleared = existing === null && !isRemoved ? data : editor.toBytes()
  const { object: next, component } = componentFor(cleared, `instance:${rid}`, context)
  const plain: ListItem = {
    key: `exception:${rid}`,
    kind: 'exception',
    masterKey: null,
    recurrenceId: listTimeOf(object, instance.recurrenceId),
    recurrenceData: null,
    timeZoneXml: null,
    ...contentOf(master),
    ...timesOf(instance),
  }
  const patch = editCalendar(next.document)
  editContent(patch, component, plain, upload)
  editOccurrence(patch, next, component, plain, upload, context)
  touch(patch, component, context.nowMs)
  const bytes = patch.toBytes()
  return { data: bytes, key: keyAfter(bytes, `exception:${rid}`, context) }
}

export const removeItem = (data: Uint8Array, key: ItemKey, context: MappingContext): Uint8Array | null => {
  const object = opened(data, context)
  shownItem(object, key, context)
  if (key === 'event') return null
  if (key.startsWith('part:')) {
    throw new UploadError('this series is part of one that Outlook cannot say; delete it where it was made')
  }
  refuseFuture(object, key)
  const { master } = object
  const own = overrideOf(object, key)
  const editor = editCalendar(object.document)
  if (key.startsWith('deleted:')) {
    if (master === null) throw new UploadError('the event has no series')
    const rid = key.slice('deleted:'.length)
    const isIt = (time: CalendarTime): boolean => ridOf(ownForm(object, time)) === rid
    withoutTimes(editor, master, 'EXDATE', isIt)
    if (own !== null && textOf(own, 'STATUS').toUpperCase() === 'CANCELLED') editor.removeComponent(own)
    touch(editor, master, context.nowMs)
    return editor.toBytes()
  }
  if (own !== null) editor.removeComponent(own)
  if (master === null) return object.overrides.length <= 1 ? null : editor.toBytes()
  if (key.startsWith('instance:')) {
    const [found] = [
      ...createFinder(object, { ...object.facts, overrides: [], exdates: [] }).between(
        dayOfRid(key) - 2 * dayMs,
        dayOfRid(key) + 3 * dayMs,
      ),
    ].filter(({ recurrenceId }) => instanceKey(recurrenceId) === key)
    if (found !== undefined) {
      const isRdate = withoutTimes(editor, master, 'RDATE', (time) => namesSame(object, time, found.recurrenceId))
      if (!isRdate) editor.add(master, timeProperty('EXDATE', found.recurrenceId))
    }
  }
  touch(editor, master, context.nowMs)
  return editor.toBytes()
}

const dayOfRid = (key: ItemKey): number => {
  const rid = key.slice(key.indexOf(':') + 1)
  return Date.UTC(Number(rid.slice(0, 4)), Number(rid.slice(4, 6)) - 1, Number(rid.slice(6, 8)))
}

/** For attachments: the component of an item, made where it has none. */
export const openComponent = componentFor
