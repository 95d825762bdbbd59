import {
  CalendarError,
  type CalendarId,
  type CalendarPeer,
  type CallOptions,
  type Origin,
  type PeerObject,
  type Principal,
} from '@dayport/core'
import type { CalendarService } from '@dayport/core/service'

export interface StorePeerOptions {
  /** The one write path, so that rights, validation and announcements are those of every door. */
  readonly service: Pick<CalendarService, 'changes' | 'getObject' | 'getCalendar' | 'putObject' | 'deleteObject'>
  readonly calendar: CalendarId
  /** In whose name the engine reads and writes: the calendar's owner. */
  readonly who: Principal
  /** Recorded as the origin of its writes, so that they are not taken for a person's. */
  readonly connection: string
  /** Makes names of new objects. Default: random UUIDs. */
  readonly newId?: () => string
}

/**
 * A calendar of the store as one side of a synchronisation. Its writes join `options.tx`, which must be the service's: an object and its
 * link change together. It holds everything, so `project` changes nothing.
 */
export const peerFromStore = (options: StorePeerOptions): CalendarPeer => {
  const { service, calendar, who, connection } = options
  const newId = options.newId ?? (() => crypto.randomUUID())
  const originOf = (operation: string | undefined): Origin => ({
    door: 'sync',
    connection,
    ...(operation === undefined ? {} : { operation }),
  })

  const get = async (name: string, call?: CallOptions): Promise<PeerObject | null> => {
    const object = await service.getObject(who, { calendar, name }, call)
    if (object !== null) {
      const { etag, data, modifiedMs } = object
      return { name, etag, data, modifiedMs, isOrganizer: null, operationId: null }
    }
    // An object of a calendar that is gone, or no longer ours to see, was not deleted by anybody.
    if ((await service.getCalendar(who, calendar, call)) === null) {
      throw new CalendarError('not-found', 'there is no such calendar')
    }
    return null
  }

  return {
    capabilities: { write: true, conditionalWrite: true, windowed: false },
    changes: async (since, call) => {
      const { window: _, ...rest } = call ?? {}
      const page = await service.changes(who, calendar, since, rest)
      return {
        changes: page.changes.map(({ name, etag, origin }) => ({ name, etag, origin })),
        token: page.token,
        more: page.more,
      }
    },
    get,
    findByOperation: async () => null, // its writes are one transaction with the journal: none is ever in doubt
    put: async (name, data, condition, call) => {
      const { operationId, notify: _, ...rest } = call ?? {}
      const target = name ?? `${newId()}.ics`
      const write = { ...rest, condition: condition ?? (name === null ? { ifNoneMatch: '*' as const } : undefined) }
      const stored = await service.putObject(who, { calendar, name: target }, data, {
        ...write,
        origin: originOf(operationId),
      })
      if (stored.etag !== null) return { name: target, etag: stored.etag, data }
      const kept = await get(target, rest)
      if (kept === null) throw new CalendarError('not-found', 'the stored object is gone')
      return { name: target, etag: kept.etag, data: kept.data }
    },
    delete: async (name, condition, call) => {
      const { operationId, notify: _, ...rest } = call ?? {}
      try {
        await service.deleteObject(who, { calendar, name }, { ...rest, condition, origin: originOf(operationId) })
      } catch (error) {
        if (!CalendarError.is(error, 'not-found')) throw error
        await get(name, rest)
      }
    },
    project: (data) => data,
  }
}
