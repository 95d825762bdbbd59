import { CalendarError, type RemoteError } from '@dayport/core'
import type { XmlElement, XmlWriter } from '@dayport/core/xml'
import { instantText } from '../../event/days.ts'
import type { EwsOperation } from '../envelope.ts'
import { remoteError } from '../failure.ts'
import { type EwsFolder, writeFolder, writeItemId } from '../ids.ts'
import { type EwsCalendarItem, readItem } from '../item.ts'
import { m, t } from '../names.ts'
import { cleanGlobalObjectId, type ExtendedField, portalFields, writeExtendedFieldUri } from '../properties.ts'

/** Ids that one GetItem should ask for. */
export const maxItemsPerGet = 10

/**
 * `id`: nothing but id and change key. `short`: times, type and identity. `part`: what tells the single events of a series. `full`: everything
 * that the mapping reads; each is named, since `AllProperties` has neither body nor UID nor reminder.
 */
export type EwsShape = 'id' | 'short' | 'part' | 'full'

const short = ['calendar:Start', 'calendar:End', 'calendar:CalendarItemType', 'calendar:UID']
const full = [
  'item:ItemClass',
  'item:Subject',
  'item:Sensitivity',
  'item:Body',
  'item:Categories',
  'item:Importance',
  'item:ReminderIsSet',
  'item:ReminderMinutesBeforeStart',
  'item:DateTimeCreated',
  'item:LastModifiedTime',
  ...short,
  'calendar:IsAllDayEvent',
  'calendar:LegacyFreeBusyStatus',
  'calendar:Location',
  'calendar:IsMeeting',
  'calendar:IsCancelled',
  'calendar:IsResponseRequested',
  'calendar:MyResponseType',
  'calendar:Organizer',
  'calendar:RequiredAttendees',
  'calendar:OptionalAttendees',
  'calendar:Resources',
  'calendar:AppointmentState',
  'calendar:Recurrence',
  'calendar:ModifiedOccurrences',
  'calendar:DeletedOccurrences',
  'calendar:StartTimeZone',
  'calendar:EndTimeZone',
]
/** Not known to servers before Exchange 2013. */
const since2013 = [
  'calendar:StartTimeZoneId',
  'calendar:EndTimeZoneId',
  'calendar:JoinOnlineMeetingUrl',
  'calendar:IsOrganizer',
]

const urisOf = (shape: Exclude<EwsShape, 'id'>, legacy: boolean): readonly string[] => {
  if (shape === 'short') return short
  if (shape === 'part') return ['item:DateTimeCreated', 'item:LastModifiedTime', 'calendar:CalendarItemType']
  return legacy ? [...full, 'calendar:MeetingTimeZone'] : [...full, ...since2013]
}

const fieldsOf: Readonly<Record<Exclude<EwsShape, 'id'>, readonly ExtendedField[]>> = {
  short: [cleanGlobalObjectId],
  part: [portalFields.operation, portalFields.calendar, portalFields.group, portalFields.part],
  full: [...Object.values(portalFields), cleanGlobalObjectId],
}

const writeShape = (
  writer: XmlWriter,
  shape: EwsShape,
  {
    legacy,
    numbered = true,
    all = false,
  }: { readonly legacy: boolean; readonly numbered?: boolean; readonly all?: boolean },
): void => {
  writer.open(m('ItemShape')).element(t('BaseShape'), all ? 'AllProperties' : 'IdOnly')
  if (shape === 'full') writer.element(t('BodyType'), 'Best')
  if (shape !== 'id') {
    writer.open(t('AdditionalProperties'))
    for (const uri of urisOf(shape, legacy)) writer.element(t('FieldURI'), '', { FieldURI: uri })
    const fields = fieldsOf[shape].filter((field) => numbered || 'name' in field)
    for (const field of fields) writeExtendedFieldUri(writer, field)
    writer.close()
  }
  writer.close()
}

/** One answer for each id asked, in their order. */
export type EwsItemResult = EwsCalendarItem | CalendarError | RemoteError

/**
 * An item by its id, the master of an occurrence, or an occurrence by its number from 1, which servers count differently: good for one
 * request, and only with a look at what came.
 */
export type EwsItemRef =
  | { readonly id: string }
  | { readonly masterOf: string }
  | { readonly masterId: string; readonly index: number }

/**
 * Items by their ids; one that fails does not fail the others. `legacy` leaves out what servers before 2013 do not know; `all` asks for
 * everything beside what is named, for servers that do not heed the names; `numbered: false` leaves out properties that have a number for a
 * name.
 */
export const getItem: EwsOperation<
  {
    readonly ids: readonly EwsItemRef[]
    readonly shape: EwsShape
    readonly legacy?: boolean
    readonly numbered?: boolean
    readonly all?: boolean
  },
  readonly EwsItemResult[]
> = {
  name: 'GetItem',
  write: false,
  build(writer, { ids, shape, legacy = false, numbered = true, all = false }) {
    writer.open(m('GetItem'))
    writeShape(writer, shape, { legacy, numbered, all })
    writer.open(m('ItemIds'))
    for (const ref of ids) {
      if ('id' in ref) writeItemId(writer, ref)
      else if ('masterOf' in ref) writer.element(t('RecurringMasterItemId'), '', { OccurrenceId: ref.masterOf })
      else {
        const occurrence = { RecurringMasterId: ref.masterId, InstanceIndex: String(ref.index) }
        writer.element(t('OccurrenceItemId'), '', occurrence)
      }
    }
    writer.close().close()
  },
  parse: (answer) =>
    answer.messages.map(({ element, error }) => {
      if (error !== null) return error
      const [found] = element.child(m('Items'))?.elements ?? []
      const item = found === undefined ? null : readItem(found)
      return item ?? new CalendarError('invalid-calendar-data', 'expected a calendar item')
    }),
}

export interface EwsFound {
  readonly items: readonly EwsCalendarItem[]
  /** How many the answer has, also those that are no calendar items. */
  readonly count: number
  /** Whether nothing was left out; `null` when the answer does not say. */
  readonly last: boolean | null
}

/** @throws {RemoteError} `transient` for an answer that has no list: an empty one is something else. */
const foundOf = (message: XmlElement): EwsFound => {
  const root = message.child(m('RootFolder'))
  if (root === undefined) throw remoteError('transient', unlisted)
  const elements = root.child(t('Items'))?.elements ?? []
  const items = elements.map(readItem).filter((item) => item !== null)
  const last = root.attributes.get('IncludesLastItemInRange')?.trim().toLowerCase()
  return { items, count: elements.length, last: last === undefined || last === '' ? null : /^(?:true|1)$/.test(last) }
}

const unlisted = { code: null, status: 200, requestId: null, retryAfterMs: null, write: false }

/** Most that a calendar view may return here. */
export const maxViewItems = 1000

/** Single events, occurrences and exceptions that touch a span of at most two years; masters are not among them. */
export const findInView: EwsOperation<
  {
    readonly folder: EwsFolder
    readonly startMs: number
    readonly endMs: number
    readonly shape: EwsShape
    /** As of `getItem`. */
    readonly all?: boolean
  },
  EwsFound
> = {
  name: 'FindItem',
  write: false,
  build(writer, { folder, startMs, endMs, shape, all = false }) {
    writer.open(m('FindItem'), { Traversal: 'Shallow' })
    writeShape(writer, shape, { legacy: true, all })
    writer.element(m('CalendarView'), '', {
      MaxEntriesReturned: String(maxViewItems),
      StartDate: instantText(startMs),
      EndDate: instantText(endMs),
    })
    writer.open(m('ParentFolderIds'))
    writeFolder(writer, folder)
    writer.close().close()
  },
  parse: (answer) => foundOf(answer.only()),
}

/** A search by one of our properties. */
export interface EwsSearch {
  readonly folder: EwsFolder
  readonly field: ExtendedField
  /** `null`: every item, with what it says of the property. */
  readonly value: string | null
  /** Items that are passed over. Default 0. */
  readonly offset?: number
  /** Asks for everything, as of `getItem`. */
  readonly all?: boolean
}

/** Most items of one page of a search. */
const maxFound = 200

/**
 * Items in which a property of ours has exactly that value, with what tells the single events of a series. Restrictions are answered from
 * the store, not from a search index.
 */
export const findByProperty: EwsOperation<EwsSearch, EwsFound> = {
  name: 'FindItem',
  write: false,
  build(writer, { folder, field, value, offset = 0, all = false }) {
    writer.open(m('FindItem'), { Traversal: 'Shallow' })
    writeShape(writer, 'part', { legacy: true, all })
    writer.element(m('IndexedPageItemView'), '', {
      MaxEntriesReturned: String(maxFound),
      Offset: String(offset),
      BasePoint: 'Beginning',
    })
    if (value !== null) {
      writer.open(m('Restriction')).open(t('IsEqualTo'))
      writeExtendedFieldUri(writer, field)
      writer.open(t('FieldURIOrConstant')).element(t('Constant'), '', { Value: value }).close()
      writer.close().close()
    }
    writer.open(m('ParentFolderIds'))
    writeFolder(writer, folder)
    writer.close().close()
  },
  parse: (answer) => foundOf(answer.only()),
}
