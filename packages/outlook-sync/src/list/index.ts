import { CalendarError } from '@dayport/core'
import { createDetailOf } from '@dayport/core/service'
import type { ListDescription, ListService } from '../list-service.ts'
import { createItemMapping } from '../mapping/index.ts'
import { applyMethods } from './apply.ts'
import { changesOf } from './changes.ts'
import { createFiles } from './files.ts'
import { type ListParts, type ListServiceOptions, openList, refOf } from './parts.ts'
import { reconcile } from './reconcile.ts'
import { rowWithId } from './rows.ts'

/**
 * Lists over the calendars of a host. Bindings are brought up to date before each answer, in units of work with what is written, so
 * that a change through any door raises the versions of just the items that it changed.
 */
export const createListService = (options: ListServiceOptions): ListService => {
  const parts: ListParts = {
    ...options,
    mapping: options.mapping ?? createItemMapping(),
    detailOf: createDetailOf(options.authorize),
    zoneOf: options.timeZoneOf ?? (() => 'UTC'),
  }
  const { bindings, authorize } = parts

  return {
    describe: async (access, call) => {
      let open: Awaited<ReturnType<typeof openList>>
      try {
        open = await openList(parts, access, call)
      } catch (error) {
        if (CalendarError.is(error, 'not-found')) return null
        throw error
      }
      const list = await reconcile(parts, open)
      const { calendar } = open
      const description: ListDescription = {
        guid: list.guid,
        title: calendar.displayName,
        description: calendar.description,
        itemCount: await bindings.countItems(refOf(open), call),
        mayWrite: !calendar.readOnly && (await authorize(open.who, 'write', { calendar: calendar.id }, call)),
        createdMs: list.createdMs,
        modifiedMs: calendar.modifiedMs,
        lastDeletedMs: list.createdMs,
        timeZone: open.timeZone,
      }
      return description
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
