import { CalendarError, type CallOptions } from '@dayport/core'
import { createDetailOf } from '@dayport/core/service'
import type { OutlookList } from '../binding-store.ts'
import type { ListAccess, ListIdentity, ListService } from '../list-service.ts'
import { createItemMapping } from '../mapping/index.ts'
import { applyMethods } from './apply.ts'
import { changesOf } from './changes.ts'
import { createFiles } from './files.ts'
import {
  ensureList,
  type ListParts,
  type ListServiceOptions,
  type OpenList,
  openList,
  refOf,
  seenList,
} from './parts.ts'
import { reconcile } from './reconcile.ts'
import { rowWithId } from './rows.ts'

/**
 * Lists over the calendars of a host. Bindings are brought up to date before each answer, in units of work with what is written, so
 * that a change through any door raises the versions of just the items that it changed.
 */
export const createListService = (options: ListServiceOptions): ListService => {
  const { detailOf, ...rest } = options
  const { bindings, authorize, service } = options
  const askedDetailOf = createDetailOf(options.authorize)
  const parts: ListParts = {
    ...rest,
    mapping: options.mapping ?? createItemMapping(),
    viewOf: async (calendar, who, call) =>
      detailOf === undefined ? askedDetailOf(who, calendar.id, call) : detailOf(calendar, who),
    mayWrite: async ({ calendar, view, who }, call) => {
      if (calendar.readOnly) return false
      return detailOf === undefined ? authorize(who, 'write', { calendar: calendar.id }, call) : view === 'full'
    },
    zoneOf: options.timeZoneOf ?? (() => 'UTC'),
  }

  const opened = async (access: ListAccess, call?: CallOptions): Promise<OpenList | null> => {
    try {
      return await openList(parts, access, call)
    } catch (error) {
      if (CalendarError.is(error, 'not-found')) return null
      throw error
    }
  }
  const identityOf = async (open: OpenList, { guid }: OutlookList, call?: CallOptions): Promise<ListIdentity> => {
    const { calendar, timeZone } = open
    return { guid, title: calendar.displayName, mayWrite: await parts.mayWrite(open, call), timeZone }
  }

  return {
    identify: async (access, call) => {
      const seen = await seenList(parts, access, call)
      if (seen !== null) return identityOf(seen.open, seen.list, call)
      const open = await opened(access, call)
      if (open === null) return null
      const known = await bindings.getList(refOf(open), call)
      return identityOf(open, known ?? (await service.transaction((tx) => ensureList(parts, open, tx))), call)
    },
    describe: async (access, call) => {
      const open = await opened(access, call)
      if (open === null) return null
      const list = await reconcile(parts, open)
      return {
        ...(await identityOf(open, list, call)),
        description: open.calendar.description,
        itemCount: await bindings.countItems(refOf(open), call),
        createdMs: list.createdMs,
        modifiedMs: open.calendar.modifiedMs,
        lastDeletedMs: list.createdMs,
      }
    },
    changes: (access, token, call) => changesOf(parts, access, token, call),
    apply: async (access, methods, { onError }) => applyMethods(parts, access, methods, onError),
    getRow: async (access, id, call) => {
      const open = await openList(parts, access, call)
      await reconcile(parts, open)
      return rowWithId(parts, open, id, call)
    },
    eventOf: async (access, id, call) => {
      const open = await openList(parts, access, call)
      await reconcile(parts, open)
      const binding = await bindings.getBinding(refOf(open), id, call)
      return binding === null || binding.deleted ? null : { objectName: binding.objectName, key: binding.key }
    },
    ...createFiles(parts),
  }
}
