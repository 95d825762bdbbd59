import type { XmlElement } from '@dayport/core/xml'
import { feedPage, type LogEntry } from './fake-feed.ts'
import { createFakeHand, type FakeHand } from './fake-hand.ts'
import {
  dateOf,
  extendedKey,
  type FakeEwsMail,
  type FakeException,
  type FakeFields,
  type FakeFolder,
  type FakeItem,
  type FakeTarget,
  isSeries,
  nominal,
  occurrencesIn,
  ownUid,
  patternDates,
  zoneOf,
} from './fake-item.ts'
import type { FakeEwsTraits } from './traits.ts'
import { EwsFault, element, localOf, parent, readInstant, t } from './wire.ts'

const dayMs = 86_400_000
const minuteMs = 60_000

export interface FakeCalendar {
  readonly traits: FakeEwsTraits
  readonly mailbox: string
  readonly directory: ReadonlyMap<string, string>
  readonly hand: FakeHand
  readonly now: () => number
  folder(element: XmlElement | undefined): FakeFolder
  folders(): readonly FakeFolder[]
  items(folder: string): readonly FakeItem[]
  /** `undefined` when it is gone. */
  item(id: string): FakeItem | undefined
  find(element: XmlElement): FakeTarget
  changeKey(item: FakeItem): string
  occurrenceId(item: FakeItem, date: string): string
  create(folder: FakeFolder, source: XmlElement, send: string): FakeItem
  update(target: FakeTarget, updates: readonly XmlElement[], send: string): void
  remove(target: FakeTarget, send: string): void
  move(item: FakeItem, folder: FakeFolder): FakeItem
  changes(
    folder: FakeFolder,
    state: string | null,
    limit: number,
  ): { readonly entries: readonly LogEntry[]; readonly state: string; readonly last: boolean }
}

export interface FakeCalendarOptions {
  readonly now: () => number
  readonly traits: FakeEwsTraits
  readonly mailbox: string
  readonly directory: ReadonlyMap<string, string>
  readonly mail: (mail: FakeEwsMail) => void
  /** Hears of each change of a folder. */
  readonly changed: (folder: string) => void
}

const hasDay = (item: FakeItem, date: string): boolean => patternDates(item, nextDay(date)).at(-1) === date

const nextDay = (date: string): string => dateOf(Date.parse(date) + dayMs)

/** Elements that the item's own values stand for. */
const computed = new Set(['Start', 'End', 'StartTimeZone', 'EndTimeZone', 'ItemId', 'ExtendedProperty'])

export const createFakeCalendar = (options: FakeCalendarOptions): FakeCalendar => {
  const { now, traits } = options
  let rights = { read: true, write: true }
  let nextId = 0
  let seq = 0
  let generation = 1
  const folders = (): readonly FakeFolder[] => [
    { id: 'F-calendar', name: 'Calendar', folderClass: 'IPF.Appointment', rights },
    { id: 'F-work', name: 'Work', folderClass: 'IPF.Appointment', rights },
    { id: 'F-inbox', name: 'Inbox', folderClass: 'IPF.Note', rights },
    { id: 'F-deleted', name: 'Deleted Items', folderClass: 'IPF.Note', rights },
  ]
  const items = new Map<string, FakeItem>()
  const log: LogEntry[] = []
  const distinguished: Readonly<Record<string, string>> = {
    calendar: 'F-calendar',
    inbox: 'F-inbox',
    deleteditems: 'F-deleted',
    msgfolderroot: 'F-root',
  }

  const isListed = (item: FakeItem | undefined): boolean =>
    item === undefined || item.createdMs + traits.listedAfterMs <= now()

  const note = (item: FakeItem, kind: LogEntry['kind']): void => {
    seq += 1
    log.push({ seq, id: item.id, folder: item.folder, kind })
    options.changed(item.folder)
  }

  const touch = (item: FakeItem): void => {
    item.version += 1
    item.modifiedMs = now()
    note(item, 'update')
  }

  const changeKey = (item: FakeItem): string => btoa(`${item.id.length}:${item.version}`)

  const folder: FakeCalendar['folder'] = (container) => {
    const given = container?.elements[0]
    const id = given?.attributes.get('Id') ?? ''
    const wanted = given !== undefined && localOf(given) === 'DistinguishedFolderId' ? distinguished[id] : id
    if (wanted === 'F-root') return { id: 'F-root', name: 'Top of Information Store', folderClass: 'IPF', rights }
    const found = folders().find((each) => each.id === wanted)
    if (found === undefined) throw new EwsFault('ErrorFolderNotFound')
    return found
  }

  const find: FakeCalendar['find'] = (ref) => {
    const kind = localOf(ref)
    if (kind === 'OccurrenceItemId') {
      const item = items.get(ref.attributes.get('RecurringMasterId') ?? '')
      if (item === undefined || !isSeries(item)) throw new EwsFault('ErrorItemNotFound')
      const all = patternDates(item, '2100-01-01')
      const left = traits.renumbersOccurrences ? all.filter((date) => !item.deletedDates.has(date)) : all
      const date = left[Number(ref.attributes.get('InstanceIndex')) - 1]
      if (date === undefined) throw new EwsFault('ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange')
      if (item.deletedDates.has(date)) throw new EwsFault('ErrorCalendarOccurrenceIsDeletedFromRecurrence')
      return { item, date }
    }
    const id = ref.attributes.get(kind === 'RecurringMasterItemId' ? 'OccurrenceId' : 'Id') ?? ''
    const occurrence = /^(.+)#(\d{4}-\d\d-\d\d)$/.exec(id)
    const item = items.get(occurrence?.[1] ?? id)
    if (item === undefined) throw new EwsFault(/^I-/.test(id) ? 'ErrorItemNotFound' : 'ErrorInvalidIdMalformed')
    if (kind === 'RecurringMasterItemId' || occurrence === null) return { item, date: null }
    const date = occurrence[2]!
    if (item.deletedDates.has(date)) throw new EwsFault('ErrorCalendarOccurrenceIsDeletedFromRecurrence')
    if (!isSeries(item) || !hasDay(item, date)) throw new EwsFault('ErrorItemNotFound')
    return { item, date }
  }

  /** A zone by its Windows id, or by the name under which a whole definition came. */
  const zoneIn = (source: XmlElement | undefined, fallback: string): string => {
    const id = source?.attributes.get('Id')
    if (id === undefined) return fallback
    zoneOf(id)
    return id
  }

  const storedElement = (child: XmlElement): XmlElement => {
    if (localOf(child) !== 'Body' || child.attributes.get('BodyType') !== 'HTML' || !traits.rewritesHtml) return child
    const html = `<html>\r\n<head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n</head>\r\n<body>\r\n${child.text}\r\n</body>\r\n</html>\r\n`
    return element('Body', html, { BodyType: 'HTML' })
  }

  const put = (fields: FakeFields, child: XmlElement): void => {
    if (localOf(child) === 'ExtendedProperty') {
      fields.extended.set(extendedKey(child.child(t('ExtendedFieldURI'))), child)
      return
    }
    if (!computed.has(localOf(child))) fields.elements.set(localOf(child), storedElement(child))
  }

  /** Whole minutes; all-day events are moved outwards to midnights of their zone. */
  const settle = (startMs: number, endMs: number, zone: string, isAllDay: boolean) => {
    if (endMs < startMs) throw new EwsFault('ErrorCalendarEndDateIsEarlierThanStartDate')
    if (endMs - startMs > 5 * 366 * dayMs) throw new EwsFault('ErrorCalendarDurationIsTooLong')
    if (!isAllDay) {
      return { startMs: Math.floor(startMs / minuteMs) * minuteMs, endMs: Math.floor(endMs / minuteMs) * minuteMs }
    }
    const own = zoneOf(zone)
    const first = Math.floor(own.toLocal(startMs) / dayMs) * dayMs
    const last = Math.max(first + dayMs, Math.ceil(own.toLocal(endMs) / dayMs) * dayMs)
    return { startMs: own.toInstant(first), endMs: own.toInstant(last) }
  }

  const isAllDay = (fields: FakeFields, master: FakeFields = fields): boolean =>
    (fields.elements.get('IsAllDayEvent') ?? master.elements.get('IsAllDayEvent'))?.text.trim() === 'true'

  const mailAll = (fields: FakeFields, send: string, kind: FakeEwsMail['kind']): void => {
    if (!/^SendTo(?:All|Changed)|^SendOnlyTo/.test(send)) return
    const subject = fields.elements.get('Subject')?.text ?? ''
    for (const list of ['RequiredAttendees', 'OptionalAttendees', 'Resources']) {
      for (const attendee of fields.elements.get(list)?.elements ?? []) {
        const to = attendee.child(t('Mailbox'))?.child(t('EmailAddress'))?.text ?? ''
        options.mail({ to, subject, kind })
      }
    }
  }

  const assertRecurrence = (item: FakeItem): void => {
    if (!isSeries(item)) return
    const [first] = patternDates(item, '2200-01-01')
    if (first === undefined) throw new EwsFault('ErrorRecurrenceHasNoOccurrence')
    // The series begins on the first day of its pattern.
    const times = nominal(item, first)
    item.startMs = times.startMs
    item.endMs = times.endMs
  }

  const create: FakeCalendar['create'] = (target, source, send) => {
    if (!rights.write) throw new EwsFault('ErrorAccessDenied')
    if (localOf(source) !== 'CalendarItem') throw new EwsFault('ErrorInvalidRequest')
    const start = source.child(t('Start'))?.text
    const end = source.child(t('End'))?.text
    if (start === undefined || end === undefined) throw new EwsFault('ErrorCalendarInvalidPropertyState')
    const zone = zoneIn(source.child(t('StartTimeZone')), 'UTC')
    const fields: FakeFields = { elements: new Map(), extended: new Map() }
    for (const child of source.elements) put(fields, child)
    const times = settle(
      readInstant(start, zoneOf('UTC').toInstant),
      readInstant(end, zoneOf('UTC').toInstant),
      zone,
      isAllDay(fields),
    )
    // Servers remind a quarter of an hour before when nobody says otherwise.
    if (!fields.elements.has('ReminderIsSet')) {
      fields.elements.set('ReminderIsSet', element('ReminderIsSet', 'true'))
      fields.elements.set('ReminderMinutesBeforeStart', element('ReminderMinutesBeforeStart', '15'))
    }
    nextId += 1
    const id = `I-${nextId}`
    if (!fields.elements.has('UID')) fields.elements.set('UID', element('UID', ownUid(nextId)))
    const item: FakeItem = {
      id,
      folder: target.id,
      version: 1,
      createdMs: now(),
      modifiedMs: now(),
      ...times,
      zone,
      endZone: zoneIn(source.child(t('EndTimeZone')), zone),
      ...fields,
      exceptions: new Map(),
      deletedDates: new Set(),
    }
    assertRecurrence(item)
    items.set(id, item)
    note(item, 'create')
    mailAll(item, send, 'request')
    return item
  }

  /** A working copy: what a refused update would have changed stays as it was. */
  const exceptionOf = (item: FakeItem, date: string): FakeException => {
    const known = item.exceptions.get(date)
    return {
      originalDate: date,
      fields: { elements: new Map(known?.fields.elements), extended: new Map(known?.fields.extended) },
      ...(known === undefined ? nominal(item, date) : { startMs: known.startMs, endMs: known.endMs }),
    }
  }

  const assertOrder = (item: FakeItem, changed: FakeException): void => {
    const zone = zoneOf(item.zone)
    const dayOf = (ms: number): string => dateOf(zone.toLocal(ms))
    const day = dayOf(changed.startMs)
    const around = occurrencesIn(item, changed.startMs - 800 * dayMs, changed.startMs + 800 * dayMs)
    for (const other of around) {
      if (other.date === changed.originalDate) continue
      const otherDay = dayOf(other.startMs)
      const isBefore = other.date < changed.originalDate
      if (isBefore ? otherDay >= day : otherDay <= day) throw new EwsFault('ErrorOccurrenceCrossingBoundary')
    }
  }

  const update: FakeCalendar['update'] = ({ item, date }, updates, send) => {
    if (!rights.write) throw new EwsFault('ErrorAccessDenied')
    const exception = date === null ? null : exceptionOf(item, date)
    const fields: FakeFields = exception?.fields ?? item
    let { startMs, endMs } = exception ?? item
    let [zone, endZone] = [item.zone, item.endZone]
    let retimed = false
    for (const change of updates) {
      const set = change.child(t('CalendarItem'))?.elements[0]
      const uri = change.child(t('FieldURI'))?.attributes.get('FieldURI')
      const extended = change.child(t('ExtendedFieldURI'))
      if (localOf(change) === 'DeleteItemField') {
        if (extended !== undefined) fields.extended.delete(extendedKey(extended))
        else fields.elements.delete((uri ?? '').replace(/^.*:/, ''))
        if (uri === 'calendar:Recurrence') retimed = true
        continue
      }
      if (set === undefined) throw new EwsFault('ErrorInvalidRequest')
      const name = localOf(set)
      if (name === 'Start') startMs = readInstant(set.text, zoneOf('UTC').toInstant)
      else if (name === 'End') endMs = readInstant(set.text, zoneOf('UTC').toInstant)
      else if (name === 'StartTimeZone') zone = zoneIn(set, zone)
      else if (name === 'EndTimeZone') endZone = zoneIn(set, endZone)
      else put(fields, set)
      if (date === null && ['Start', 'End', 'StartTimeZone', 'Recurrence', 'IsAllDayEvent'].includes(name))
        retimed = true
    }
    const times = settle(startMs, endMs, zone, isAllDay(fields, item))
    if (exception !== null) {
      Object.assign(exception, times)
      assertOrder(item, exception)
      item.exceptions.set(exception.originalDate, exception)
    } else {
      Object.assign(item, times, { zone, endZone })
      if (retimed) {
        // "Changing pattern, range or time of a master discards exceptions."
        item.exceptions.clear()
        item.deletedDates.clear()
      }
      assertRecurrence(item)
    }
    touch(item)
    mailAll(item, send, 'update')
  }

  const drop = (item: FakeItem): void => {
    items.delete(item.id)
    note(item, 'delete')
  }

  const remove: FakeCalendar['remove'] = ({ item, date }, send) => {
    if (!rights.write) throw new EwsFault('ErrorAccessDenied')
    if (date === null) drop(item)
    else {
      item.exceptions.delete(date)
      item.deletedDates.add(date)
      touch(item)
    }
    mailAll(item, send, 'cancellation')
  }

  const move: FakeCalendar['move'] = (item, target) => {
    drop(item)
    nextId += 1
    const moved: FakeItem = { ...item, id: `I-${nextId}`, folder: target.id, version: 1 }
    items.set(moved.id, moved)
    note(moved, 'create')
    return moved
  }

  const changes: FakeCalendar['changes'] = (target, state, limit) =>
    feedPage({ log, seq, generation, traits, isListed: (id) => isListed(items.get(id)) }, target.id, state, limit)

  const hand = createFakeHand({
    now,
    items,
    folders,
    create: (source) =>
      create(folder(parent('x', [element('DistinguishedFolderId', '', { Id: 'calendar' })])), source, 'SendToNone'),
    update,
    remove,
    drop,
    move,
    touch,
    note,
    nextNumber: () => {
      nextId += 1
      return nextId
    },
    setRights: (next) => {
      rights = next
    },
    forgetStates: () => {
      generation += 1
    },
  })

  return {
    traits,
    now,
    mailbox: options.mailbox,
    directory: options.directory,
    hand,
    folder,
    folders,
    items: (id) => [...items.values()].filter((item) => item.folder === id && isListed(item)),
    item: (id) => items.get(id),
    find,
    changeKey,
    occurrenceId: (item, date) => `${item.id}#${date}`,
    create,
    update,
    remove,
    move,
    changes,
  }
}
