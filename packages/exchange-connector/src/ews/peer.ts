import {
  assertCondition,
  CalendarError,
  type CalendarPeer,
  type CallOptions,
  type ETag,
  type InstantRange,
  type PeerChange,
  type PeerChangePage,
  type PeerNotify,
  type PeerObject,
  type PeerWrite,
  type PeerWriteOptions,
  RemoteError,
  type WriteCondition,
} from '@dayport/core'
import { isSameSpan } from '../event/compare.ts'
import { fromExchange, project } from '../event/from-exchange.ts'
import type { ExchangeEvent } from '../event/model.ts'
import { defaultMappingOptions, type MappingOptions } from '../event/options.ts'
import { isSameRecurrence } from '../event/recurrence-of.ts'
import { toExchange } from '../event/to-exchange.ts'
import { markerOf, parseMark } from '../singles/mark.ts'
import type { SinglesWindow } from '../singles/splitter.ts'
import { withSingles } from '../singles/with-singles.ts'
import type { EwsCallOptions, EwsClient } from './client.ts'
import { deleteItems, getItems } from './each-item.ts'
import { failureAs, remoteError, service } from './failure.ts'
import type { EwsFolder, EwsItemId } from './ids.ts'
import type { EwsCalendarItem } from './item.ts'
import { type WritableField, writableFields } from './item-fields.ts'
import { keepJoinBlock } from './join-block.ts'
import { createItemLoader, type LoadedItem } from './load.ts'
import { createOccurrenceWriter } from './occurrences.ts'
import {
  type EwsFeedShape,
  type EwsItemChange,
  type EwsSyncPage,
  maxSyncChanges,
  syncFolderItems,
} from './operations/sync.ts'
import { createItem, type EwsMailing, updateItem } from './operations/write-items.ts'
import { assertOwnFields, planUpdate, portalOf } from './plan-update.ts'
import { createPropertySearch } from './property-search.ts'
import { createEwsSinglesStore } from './singles-store.ts'
import { formatToken, parseToken } from './sync-token.ts'
import { createWays } from './ways.ts'

export interface EwsPeerOptions {
  readonly client: EwsClient
  /** The calendar folder: `{ distinguished: 'calendar' }`, or one of `listEwsCalendars`. */
  readonly folder: EwsFolder
  /** Names this portal and the mailbox's owner in it, so that copies in other mailboxes are not taken for ours. At most 255 characters. */
  readonly origin: string
  /** Those not given are `defaultMappingOptions`. */
  readonly mapping?: Partial<MappingOptions>
  /** `on-request`: mails go out for a write whose `notify` names what a person did. Default `never`: such a write is refused. */
  readonly invitations?: 'never' | 'on-request'
  /** Whether the account may write here. Default true. */
  readonly write?: boolean
  /** Series that Exchange cannot say become single events in this window. Default: they are `unrepresentable`. */
  readonly singles?: SinglesWindow
}

/** Of a row of the feed that tells no change key: no state that a reading gives, so that the item is read. */
const untoldEtag: ETag = '"?"'

const etagOfRow = ({ changeKey }: EwsItemId): ETag => (changeKey === '' ? untoldEtag : `"${changeKey}"`)

/** Servers without change keys tell at least when an item was last written. */
const etagOf = ({ itemId, modifiedMs }: Pick<EwsCalendarItem, 'itemId' | 'modifiedMs'>): ETag =>
  itemId.changeKey === '' ? `"~${modifiedMs ?? ''}"` : `"${itemId.changeKey}"`

const noCode = { code: null, status: null, requestId: null, retryAfterMs: null }

/**
 * One Exchange calendar folder as one side of a synchronisation. Objects are named by their item ids, which change when an item is moved.
 * The change key is compared right before each write, since servers do not always do it.
 */
export const createEwsPeer = (options: EwsPeerOptions): CalendarPeer => {
  const { client, folder, origin, invitations = 'never', write = true } = options
  const mapping: MappingOptions = { ...defaultMappingOptions, ...options.mapping }
  const loader = createItemLoader({ client, mapping, origin })
  const search = createPropertySearch({ client, folder })
  const place = 'id' in folder ? folder.id : folder.distinguished
  const marker = markerOf(origin, options.singles?.calendar ?? place)

  /** Whether an item is no event of its own, but one occurrence of a series. */
  const isHeld = async ({ item }: LoadedItem, callOptions: CallOptions): Promise<boolean> => {
    const { calendar, group, part } = item.portal
    if (split === null || calendar !== marker || group === null || item.type !== 'Single') return false
    return parseMark(part) !== null && split.holds(item.itemId.id, group, callOptions)
  }

  const load = async (id: string, callOptions: CallOptions): Promise<LoadedItem | null> => {
    for await (const { result } of loader.load([id], callOptions)) {
      if (result instanceof Error) throw result
      return result
    }
    return null
  }

  const reload = async (id: string, callOptions: CallOptions): Promise<LoadedItem> => {
    const loaded = await load(id, callOptions)
    if (loaded === null) throw new CalendarError('not-found', 'the item went away while it was written')
    return loaded
  }

  const writeOccurrences = createOccurrenceWriter({ client, folder, reload })

  /**
   * Exchange drops the exceptions of a series whose time or rule changes, so that they are written again. A series that was left in
   * between carries a mark, and is brought to an end by whoever meets it first: its half would read as if a person had undone them.
   */
  const complete = async (loaded: LoadedItem, wanted: ExchangeEvent, callOptions: CallOptions): Promise<LoadedItem> => {
    await writeOccurrences(loaded, wanted, callOptions)
    const current = await reload(loaded.item.itemId.id, callOptions)
    const changes = { event: current.event, fields: new Set<WritableField>(), portal: { pending: null } }
    await client.call(updateItem, { itemId: current.item.itemId, changes, mailing: 'none' }, callOptions)
    return reload(loaded.item.itemId.id, callOptions)
  }

  const completed = async (loaded: LoadedItem, callOptions: CallOptions): Promise<LoadedItem> => {
    const { item, event } = loaded
    const source = event.portalData?.source
    if (!write || item.portal.pending === null || item.portal.origin !== origin || source == null) return loaded
    const wanted = toExchange(new TextEncoder().encode(source), { ...mapping, zone: event.portalData!.zone })
    // Somebody has given the series another time since: what was left to do belongs to no day of it.
    if (!isSameSpan(event.span, wanted.span) || !isSameRecurrence(event.recurrence, wanted.recurrence)) return loaded
    return complete(loaded, wanted, callOptions)
  }

  /** Who reads has written nothing that could be in doubt, or against a condition: that event waits, and the others go on. */
  const completedRead = async (loaded: LoadedItem, callOptions: CallOptions): Promise<LoadedItem> => {
    try {
      return await completed(loaded, callOptions)
    } catch (error) {
      throw CalendarError.is(error) || RemoteError.is(error, 'unknown-outcome') ? failureAs('item', error) : error
    }
  }

  const objectOf = ({ item, event }: LoadedItem): PeerObject => ({
    name: item.itemId.id,
    etag: etagOf(item),
    data: fromExchange(event, mapping),
    modifiedMs: event.modifiedMs,
    isOrganizer: event.isOrganizer,
    operationId: item.portal.origin === origin && item.portal.group === null ? item.portal.operation : null,
  })

  const writeOf = (loaded: LoadedItem): PeerWrite => {
    const { name, etag, data } = objectOf(loaded)
    return { name, etag, data }
  }

  const feedWays = createWays<EwsFeedShape>(
    options.singles === undefined ? ['times', 'ids'] : ['parts', 'times', 'ids'],
  )
  /** Whether the feed tells which items are single events of a series; a server may refuse that. */
  let tellsParts = options.singles !== undefined
  /** Pages that tell of such items, or may. */
  const partPages = new WeakSet<PeerChangePage>()

  /** A page that takes the server too long is asked for with half of the changes. */
  const readPage = async (state: string | null, limit: number, callOptions: EwsCallOptions): Promise<EwsSyncPage> => {
    try {
      const call = { ...callOptions, divisible: limit > 1 }
      return await feedWays(async (tells) => {
        const page = await client.call(syncFolderItems, { folder, state, limit, tells }, call)
        tellsParts = tells === 'parts'
        return page
      })
    } catch (error) {
      if (!RemoteError.is(error, 'too-big')) throw error
      return readPage(state, Math.ceil(Math.min(limit, maxSyncChanges) / 2), callOptions)
    }
  }

  const mailingOf = (notify: PeerNotify | undefined): EwsMailing => {
    if (notify === undefined || notify === 'never') return 'none'
    if (invitations === 'on-request' && notify.userAction !== '') return 'all'
    throw new CalendarError('forbidden', 'Exchange does not send invitations for this portal', {
      details: { reason: 'mail-not-allowed' },
    })
  }

  const assertWritable = (): void => {
    if (!write) throw new CalendarError('forbidden', 'the calendar is only read', { details: { reason: 'read-only' } })
  }

  const findLoaded = async (operationId: string, callOptions: CallOptions): Promise<LoadedItem | null> => {
    const found: LoadedItem[] = []
    const ids = (await search('operation', operationId, callOptions)).map(({ itemId }) => itemId.id)
    for await (const { result } of loader.load(ids, callOptions)) {
      if (result instanceof Error) throw result
      const portal = result?.item.portal
      if (result !== null && portal?.origin === origin && portal.operation === operationId) found.push(result)
    }
    // A person's copy carries the mark as well; the first of them is ours.
    const [first] = found.sort((a, b) => (a.event.createdMs ?? 0) - (b.event.createdMs ?? 0))
    return first === undefined ? null : completedRead(first, callOptions)
  }

  const create = async (wanted: ExchangeEvent, writeOptions: PeerWriteOptions): Promise<PeerWrite> => {
    const { operationId } = writeOptions
    const mailing = mailingOf(writeOptions.notify)
    const before = operationId === undefined ? null : await findLoaded(operationId, writeOptions)
    if (before !== null) return writeOf(before)
    const hasExceptions = wanted.deleted.length + wanted.exceptions.length > 0
    const portal = {
      ...portalOf(wanted, origin),
      ...(operationId === undefined ? {} : { operation: operationId }),
      ...(hasExceptions ? { pending: operationId ?? 'create' } : {}),
    }
    // An absent property is absent; only a change can take one away.
    const present = Object.fromEntries(Object.entries(portal).filter(([, value]) => value !== null))
    const changes = { event: wanted, fields: new Set(writableFields), portal: present }
    const made = await client.call(createItem, { folder, changes, mailing }, writeOptions)
    const loaded =
      made !== null
        ? await load(made.id, writeOptions)
        : operationId === undefined
          ? null
          : await findLoaded(operationId, writeOptions)
    if (loaded === null) throw remoteError('unknown-outcome', { ...noCode, write: true })
    return writeOf(hasExceptions ? await complete(loaded, wanted, writeOptions) : loaded)
  }

  const update = async (
    name: string,
    wanted: ExchangeEvent,
    condition: WriteCondition | undefined,
    writeOptions: PeerWriteOptions,
  ): Promise<PeerWrite> => {
    const mailing = mailingOf(writeOptions.notify)
    const current = await load(name, writeOptions)
    if (current === null) throw new CalendarError('not-found', 'there is no such item in Exchange')
    assertCondition(condition, etagOf(current.item))
    const plan = planUpdate(current, wanted, origin)
    if (current.event.isOrganizer === false) assertOwnFields(plan)
    const event = { ...wanted, body: keepJoinBlock(current.event, wanted.body) }
    const isQuiet = plan.fields.size === 0 && Object.keys(plan.portal).length === 0
    let loaded = current
    if (!isQuiet) {
      const changes = { event, fields: plan.fields, portal: plan.portal }
      await client.call(updateItem, { itemId: current.item.itemId, changes, mailing }, writeOptions)
      loaded = await reload(name, writeOptions)
    }
    if (plan.rebuild) return writeOf(await complete(loaded, wanted, writeOptions))
    if (plan.exceptions) {
      await writeOccurrences(loaded, wanted, writeOptions)
      loaded = await reload(name, writeOptions)
    }
    return writeOf(loaded)
  }

  const plain: CalendarPeer = {
    capabilities: { write, conditionalWrite: false, windowed: false },

    async changes(since, { limit, window, ...callOptions } = {}) {
      const from = since === null ? { state: null, window: window ?? null } : parseToken(since)
      let serverMs: number | null = null
      const onDate = (ms: number | null): void => {
        serverMs = ms
      }
      const page = await readPage(from.state, limit ?? maxSyncChanges, { ...callOptions, onDate })
      // A server that does not say whether a page is the last, and whose state stands still, has no more.
      const last = page.last || page.state === from.state
      const changes = new Map<string, PeerChange>()
      for (const change of page.changes) {
        if (!concerns(change, from.window)) continue
        const { id } = change.itemId
        changes.set(id, { name: id, etag: change.kind === 'delete' ? null : etagOfRow(change.itemId), origin: null })
      }
      const answer: PeerChangePage = {
        changes: [...changes.values()],
        token: formatToken({ state: page.state, window: last ? null : from.window }),
        more: !last,
        serverMs,
      }
      if (!tellsParts || page.changes.some(isOfParts)) partPages.add(answer)
      return answer
    },

    async get(name, callOptions = {}) {
      const loaded = await load(name, callOptions)
      if (loaded === null || (await isHeld(loaded, callOptions))) return null
      return objectOf(await completedRead(loaded, callOptions))
    },

    async *getMany(names, callOptions = {}) {
      for await (const { name, result } of loader.load(names, callOptions)) {
        if (result === null || result instanceof Error) {
          yield { name, result }
          continue
        }
        if (await isHeld(result, callOptions)) yield { name, result: null }
        else yield { name, result: await readable(() => completedRead(result, callOptions).then(objectOf)) }
      }
    },

    async findByOperation(operationId, callOptions = {}) {
      const loaded = await findLoaded(operationId, callOptions)
      return loaded === null ? null : objectOf(loaded)
    },

    async put(name, data, condition, writeOptions = {}) {
      assertWritable()
      const wanted = toExchange(data, mapping)
      if (name !== null) return update(name, wanted, condition, writeOptions)
      assertCondition(condition, null)
      return create(wanted, writeOptions)
    },

    async delete(name, condition, writeOptions = {}) {
      assertWritable()
      const mailing = mailingOf(writeOptions.notify)
      const [found] = await getItems(client, { ids: [{ id: name }], shape: 'part' }, writeOptions)
      if (found === undefined || CalendarError.is(found, 'not-found')) return
      if (found instanceof Error) throw found
      assertCondition(condition, etagOf(found))
      await deleteItems(client, [found.itemId], mailing, writeOptions)
    },

    project: (data) => project(data, mapping),
  }
  const split =
    options.singles === undefined
      ? null
      : withSingles(plain, {
          service,
          store: createEwsSinglesStore({ client, folder, loader, search, origin, marker }),
          mapping,
          window: options.singles,
          write,
          concerns: (page) => partPages.has(page),
          toEvent: (data, zone) => toExchange(data, { ...mapping, zone, attendees: 'carry' }),
        })
  return split?.peer ?? plain
}

/** What cannot be read is that one item's trouble; everything else stops the reading. */
const readable = async (read: () => Promise<PeerObject>): Promise<PeerObject | Error> => {
  try {
    return await read()
  } catch (error) {
    if (CalendarError.is(error) || RemoteError.is(error, 'item')) return error
    throw error
  }
}

/** Of a first listing with a window, single events outside it are left out; what does not tell its times is told. */
const concerns = (change: EwsItemChange, window: InstantRange | null): boolean => {
  if (change.kind === 'delete') return true
  if (change.item === null) return false
  const { type, isTypeTold, startMs, endMs } = change.item
  if (window === null || !isTypeTold || type !== 'Single' || startMs === null || endMs === null) return true
  return startMs < window.endMs && (endMs > window.startMs || startMs >= window.startMs)
}

/** What went may have been one; an answer without the item's type has left out what was asked for. */
const isOfParts = ({ kind, item }: EwsItemChange): boolean =>
  kind === 'delete' || item === null || !item.isTypeTold || item.portal.calendar !== null
