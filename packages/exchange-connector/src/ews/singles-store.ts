import type { CallOptions } from '@dayport/core'
import { differingFields, isSameSpan } from '../event/compare.ts'
import type { ExchangeEvent } from '../event/model.ts'
import { parsePortalData, serializePortalData } from '../event/portal-data.ts'
import { parseMark, type SingleMark, serializeMark } from '../singles/mark.ts'
import type { Single, SingleRef, SingleRow, SinglesStore } from '../singles/store.ts'
import type { EwsClient } from './client.ts'
import { changeItems, deleteItems } from './each-item.ts'
import { remoteError } from './failure.ts'
import type { EwsFolder, EwsItemId } from './ids.ts'
import type { EwsCalendarItem } from './item.ts'
import { type WritableField, writableFields } from './item-fields.ts'
import type { ItemLoader } from './load.ts'
import { createItem, updateItem } from './operations/write-items.ts'
import { partsInView } from './parts-in-view.ts'
import type { PortalField } from './properties.ts'
import type { PropertySearch } from './property-search.ts'
import { createWays } from './ways.ts'

/** Marks a state that is no change key, of servers that tell none. */
const untold = '~'

const itemIdOf = ({ id, state }: SingleRef): EwsItemId => ({ id, changeKey: state.startsWith(untold) ? '' : state })

/** Items of one write of marks. */
const markedAtOnce = 20

/** The fields of a single event: its UID is Exchange's own, since that of the series is no event's here. */
const newFields: ReadonlySet<WritableField> = new Set(writableFields.filter((field) => field !== 'uid'))

export const createEwsSinglesStore = (options: {
  readonly client: EwsClient
  readonly folder: EwsFolder
  readonly loader: ItemLoader
  readonly search: PropertySearch
  readonly origin: string
  readonly marker: string
}): SinglesStore => {
  const { client, folder, loader, search, origin, marker } = options

  const views = createWays(['view', 'folder'] as const)

  const rowOf = (item: EwsCalendarItem): SingleRow | null => {
    const { calendar, group, part } = item.portal
    const mark = parseMark(part)
    if (item.type !== 'Single' || calendar !== marker || group === null || mark === null) return null
    const { id, changeKey } = item.itemId
    const state = changeKey === '' ? `${untold}${item.modifiedMs ?? ''}` : changeKey
    return { id, state, group, mark, createdMs: item.createdMs }
  }

  const rowsAmong = (items: readonly EwsCalendarItem[]): readonly SingleRow[] =>
    items.map(rowOf).filter((row) => row !== null)

  const rowsWith = async (field: PortalField, value: string, call: CallOptions): Promise<readonly SingleRow[]> =>
    rowsAmong(await search(field, value, call))

  const portalOf = (event: ExchangeEvent, mark: SingleMark): Partial<Record<PortalField, string | null>> => ({
    data: event.portalData === null ? null : serializePortalData(event.portalData),
    part: serializeMark(mark),
  })

  const writeProperties = async (
    writes: readonly { readonly ref: SingleRef; readonly portal: Partial<Record<PortalField, string | null>> }[],
    call: CallOptions,
  ): Promise<void> => {
    for (let at = 0; at < writes.length; at += markedAtOnce) {
      const list = writes.slice(at, at + markedAtOnce).map(({ ref, portal }) => ({
        itemId: itemIdOf(ref),
        changes: { event: nothing, fields: new Set<WritableField>(), portal },
      }))
      await changeItems(client, list, call)
    }
  }

  return {
    list: (group, call) => (group === null ? rowsWith('calendar', marker, call) : rowsWith('group', group, call)),

    // A server without views is asked for all of them, and not by the search whose findings are doubted.
    inView: (span, call) =>
      views(async (way) => {
        if (way === 'folder') return rowsAmong(await search.lookThrough('calendar', marker, call))
        return rowsAmong(await partsInView({ client, folder }, span, call))
      }),

    async load(ids, call) {
      const found: Single[] = []
      for await (const { result } of loader.load(ids, call)) {
        if (result instanceof Error) throw result
        const row = result === null ? null : rowOf(result.item)
        if (row === null || result === null) continue
        const portalData = result.item.portal.data === null ? null : parsePortalData(result.item.portal.data)
        found.push({ ...row, event: { ...result.event, portalData } })
      }
      return found
    },

    async create(group, event, mark, call) {
      const portal: Partial<Record<PortalField, string>> = {
        uid: event.portalData?.uid ?? '',
        origin,
        calendar: marker,
        group,
        part: serializeMark(mark),
        data: event.portalData === null ? '' : (serializePortalData(event.portalData) ?? ''),
      }
      const changes = { event, fields: newFields, portal }
      const made = await client.call(createItem, { folder, changes, mailing: 'none' }, call)
      // Without its id nobody knows which it is: it is looked for later.
      if (made === null)
        throw remoteError('unknown-outcome', {
          code: null,
          status: null,
          requestId: null,
          retryAfterMs: null,
          write: true,
        })
      return { id: made.id, state: made.changeKey }
    },

    async update(single, event, mark, call) {
      const fields = new Set<WritableField>(differingFields(single.event, event))
      if (!isSameSpan(single.event.span, event.span)) fields.add('span')
      const itemId = itemIdOf(single)
      const changes = { event, fields, portal: portalOf(event, mark) }
      await client.call(updateItem, { itemId, changes, mailing: 'none' }, call)
    },

    mark: (refs, call) =>
      writeProperties(
        refs.map((ref) => ({ ref, portal: { part: serializeMark(ref.mark) } })),
        call,
      ),

    release: (refs, call) =>
      writeProperties(
        refs.map((ref) => ({ ref, portal: released })),
        call,
      ),

    async remove(ids, call) {
      for (let at = 0; at < ids.length; at += markedAtOnce) {
        const itemIds = ids.slice(at, at + markedAtOnce).map((id) => ({ id, changeKey: '' }))
        await deleteItems(client, itemIds, 'none', call)
      }
    },

    // Every write says SendToNone.
    assertQuiet: () => undefined,
  }
}

/** What an item loses that is an event of its own. */
const released: Partial<Record<PortalField, null>> = {
  uid: null,
  origin: null,
  data: null,
  calendar: null,
  group: null,
  part: null,
}

/** An event of which nothing is written. */
const nothing: ExchangeEvent = {
  subject: '',
  body: { kind: 'text', content: '' },
  location: '',
  sensitivity: 'normal',
  showAs: 'busy',
  importance: 'normal',
  categories: [],
  reminderMinutes: null,
  attendees: null,
  responseRequested: false,
  uid: null,
  span: { kind: 'instants', startMs: 0, endMs: 0, startZone: null, endZone: null },
  recurrence: null,
  deleted: [],
  exceptions: [],
  organizer: null,
  isOrganizer: null,
  isCancelled: false,
  myResponse: 'none',
  joinUrl: null,
  portalData: null,
  createdMs: null,
  modifiedMs: null,
}
