import {
  type Authorize,
  type Calendar,
  CalendarError,
  type CallOptions,
  type Principal,
  type Transaction,
} from '@dayport/core'
import type { Detail } from '@dayport/core/ical'
import type { CalendarService } from '@dayport/core/service'
import type { ListView, OutlookBindingStore, OutlookList } from '../binding-store.ts'
import type { SeenCalendar } from '../connection-store.ts'
import type { ItemMapping, MappingContext } from '../item-mapping.ts'
import type { ListAccess } from '../list-service.ts'
import { keptRevision } from '../wire/kept-row.ts'

/** What {@link createListService} needs. */
export interface ListServiceOptions {
  /** All reads and writes of objects go through it, with its rights. */
  readonly service: CalendarService
  readonly authorize: Authorize
  readonly bindings: OutlookBindingStore
  /**
   * What `authorize` says of seeing a calendar, from the calendar itself: core's `detailOf`, where rights are kept with the calendars.
   * `full` is for who may write, unless the calendar is read-only. Default: `authorize` is asked.
   */
  readonly detailOf?: (calendar: Calendar, who: Principal) => Detail | null
  /** Default: `createItemMapping()`. */
  readonly mapping?: ItemMapping
  /** IANA name of the zone in which floating times are read and new events are written. Default: always UTC. */
  readonly timeZoneOf?: (calendar: Calendar) => Promise<string> | string
  /** ms since the Unix epoch. */
  readonly now: () => number
  /** Makes UUIDs: `() => crypto.randomUUID()`. */
  readonly newId: () => string
  /** Hears of objects that could not be shown. */
  readonly onError: (error: unknown) => void
}

export interface ListParts extends Omit<ListServiceOptions, 'mapping' | 'timeZoneOf' | 'detailOf'> {
  readonly mapping: ItemMapping
  readonly viewOf: (calendar: Calendar, who: Principal, options?: CallOptions) => Promise<ListView | null>
  readonly mayWrite: (open: OpenList, options?: CallOptions) => Promise<boolean>
  readonly zoneOf: (calendar: Calendar) => Promise<string> | string
}

/** A list as one person sees it now. */
export interface OpenList {
  readonly who: Principal
  readonly calendar: Calendar
  readonly view: ListView
  readonly timeZone: string
}

export const noList = (): CalendarError => new CalendarError('not-found', 'there is no such list')

/** @throws {CalendarError} `not-found` when the calendar is absent or nothing of it is shown to the person. */
export const openList = async (
  parts: ListParts,
  { principal, calendar: id }: ListAccess,
  options?: CallOptions,
): Promise<OpenList> => {
  const calendar = await parts.service.getCalendar(principal, id, options)
  const view = calendar === null ? null : await parts.viewOf(calendar, principal, options)
  if (calendar === null || view === null) throw noList()
  return { who: principal, calendar, view, timeZone: await parts.zoneOf(calendar) }
}

interface SeenList {
  readonly open: OpenList
  readonly list: OutlookList
}

/** What was seen with a request's connection is worked out once, however often the request asks. */
const seenLists = new WeakMap<SeenCalendar, Promise<SeenList | null>>()

/** The same from what was read with the connection, and the list's state then; `null` when it is not there, or not made yet. */
export const seenList = (
  parts: ListParts,
  { principal, seen }: ListAccess,
  options?: CallOptions,
): Promise<SeenList | null> => {
  if (seen === undefined) return Promise.resolve(null)
  const look = async (): Promise<SeenList | null> => {
    const view = await parts.viewOf(seen.calendar, principal, options)
    const list = seen.lists.find((known) => known.view === view)
    if (view === null || list === undefined) return null
    const timeZone = seen.timeZone ?? (await parts.zoneOf(seen.calendar))
    return { open: { who: principal, calendar: seen.calendar, view, timeZone }, list }
  }
  const known = seenLists.get(seen) ?? look()
  seenLists.set(seen, known)
  return known
}

const views: readonly ListView[] = ['full', 'read', 'titles', 'free-busy']

/** .NET ticks begin in the year 1 and have 100 ns. */
const ticksAtEpoch = 621_355_968_000_000_000n

/** `1;3;list;creation;sequence`, as SharePoint writes them. The last digit of the creation tells the views apart. */
export const tokenOf = (list: OutlookList, sequence: number): string => {
  const ticks = BigInt(Math.floor(list.createdMs)) * 10_000n + ticksAtEpoch + BigInt(views.indexOf(list.view))
  return `1;3;${list.guid.toLowerCase()};${ticks};${sequence}`
}

const tokenShape = /^1;3;[0-9a-f-]{36};\d{1,19};(\d{1,15})$/

/**
 * The sequence of a token; `null` when it is another list's, of the future, or older than what is remembered.
 *
 * @throws {CalendarError} `invalid-sync-token` when it is none at all.
 */
export const sequenceOf = (list: OutlookList, token: string): number | null => {
  const match = tokenShape.exec(token.trim().toLowerCase())
  if (match === null) throw new CalendarError('invalid-sync-token', 'the change token is malformed')
  const sequence = Number(match[1])
  const isOurs = tokenOf(list, sequence) === token.trim().toLowerCase()
  return isOurs && sequence <= list.sequence && sequence >= list.prunedSequence ? sequence : null
}

/** The list of a calendar in a view, made when it is first asked for; all views of a calendar have one GUID. */
export const ensureList = async (parts: ListParts, open: OpenList, tx: Transaction): Promise<OutlookList> => {
  const calendar = open.calendar.id
  const known = await parts.bindings.getList({ calendar, view: open.view }, { tx })
  if (known !== null) return known
  let guid: string | null = null
  for (const view of views) guid ??= (await parts.bindings.getList({ calendar, view }, { tx }))?.guid ?? null
  const list: OutlookList = {
    calendar,
    view: open.view,
    guid: guid ?? parts.newId().toUpperCase(),
    createdMs: parts.now(),
    sequence: 0,
    prunedSequence: 0,
    lastItemId: 0,
    syncToken: null,
    revision: null,
    windowDate: null,
    mappedBy: null,
  }
  await parts.bindings.putList(list, { tx })
  return list
}

/**
 * The highest id that an item has had in any view: all views are one list to a client, whose rights may change while it holds items, and
 * an id of one must never name another item in the other.
 */
export const lastItemIdOf = async (parts: ListParts, list: OutlookList, tx: Transaction): Promise<number> => {
  let last = list.lastItemId
  for (const view of views) {
    const other = view === list.view ? null : await parts.bindings.getList({ calendar: list.calendar, view }, { tx })
    last = Math.max(last, other?.lastItemId ?? 0)
  }
  return last
}

const dayMs = 86_400_000

/** UTC date. */
export const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** Three months back to twelve ahead: specification section 8.6. */
export const contextOf = (parts: ListParts, open: OpenList): MappingContext => {
  const nowMs = parts.now()
  const today = Math.floor(nowMs / dayMs) * dayMs
  return {
    nowMs,
    window: { startMs: today - 92 * dayMs, endMs: today + 366 * dayMs },
    timeZone: open.timeZone,
    newUid: parts.newId,
  }
}

/**
 * What the items of a list depend on beside the objects. The month is for the time zones: a series goes by one rule as long as its zone
 * does so for some years ahead, and zones change.
 */
export const mappedByOf = (parts: ListParts, open: OpenList): string =>
  `${parts.mapping.revision}.${keptRevision} ${open.timeZone} ${dateOf(parts.now()).slice(0, 7)}`

export const refOf = (open: OpenList) => ({ calendar: open.calendar.id, view: open.view })
