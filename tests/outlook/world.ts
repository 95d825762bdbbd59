import { createCalDavHandler } from '@dayport/caldav-protocol'
import type { Authorize, Principal } from '@dayport/core'
import { createMemoryStore } from '@dayport/core/memory'
import { createAuthorize, createCalendarService } from '@dayport/core/service'
import {
  createListService,
  createMemoryOutlook,
  createOutlookConnections,
  createOutlookHandler,
  type ListService,
  type OutlookBindingStore,
} from '@dayport/outlook-sync'
import { openSqliteStore } from '@dayport/storage-sql/sqlite'

export const ann: Principal = { id: 'ann', groups: [] }

/** Changes to the server that make it wrong on purpose. */
export interface Mutation {
  readonly bindings?: (bindings: OutlookBindingStore) => OutlookBindingStore
  readonly lists?: (lists: ListService, parts: { bindings: OutlookBindingStore; now: () => number }) => ListService
}

/** A store that many worlds can be opened in, one calendar each. */
export const openGround = (kind: 'memory' | 'sqlite') => {
  let nowMs = Date.UTC(2026, 2, 1, 12)
  let ids = 0
  const now = (): number => nowMs
  const newId = (): string => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`
  const sqlite = kind === 'sqlite' ? openSqliteStore(':memory:', { now, newId }) : null
  const memory = createMemoryOutlook(createMemoryStore({ now, newId }))
  return {
    store: sqlite ?? memory.store,
    bindings: sqlite?.outlookBindings ?? memory.bindings,
    connections: sqlite?.outlookConnections ?? memory.connections,
    now,
    newId,
    advance: (ms: number): void => {
      nowMs += ms
    },
    /** Back to the hour at which every history begins. */
    rewind: (): void => {
      nowMs = Date.UTC(2026, 2, 1, 12)
    },
    close: async (): Promise<void> => {
      await sqlite?.close()
    },
  }
}

export type Ground = ReturnType<typeof openGround>

let calendars = 0

/** One calendar of Ann's with the Outlook and CalDAV doors over it. */
export const openWorld = async (ground: Ground, mutation: Mutation = {}) => {
  const { store, now, newId, bindings: kept } = ground
  ground.rewind()
  const bindings = mutation.bindings?.(kept) ?? kept
  /** What is left of Ann's rights: as the owner who may not write, she sees the list as before; as a reader she gets another one. */
  let rights: 'all' | 'no-write' | 'read' = 'all'
  const known = createAuthorize(store)
  const authorize: Authorize = async (who, privilege, target, options) => {
    if (rights !== 'all' && privilege === 'write') return false
    if (rights === 'read' && privilege === 'own') return false
    return known(who, privilege, target, options)
  }
  const service = createCalendarService({ store, authorize })
  const errors: unknown[] = []
  const onError = (error: unknown): void => void errors.push(error)
  const right = createListService({
    service,
    authorize,
    bindings,
    timeZoneOf: () => 'Europe/Berlin',
    now,
    newId,
    onError,
  })
  const lists = mutation.lists?.(right, { bindings, now }) ?? right
  const connections = createOutlookConnections({
    store: ground.connections,
    key: new Uint8Array(32),
    now,
    newId,
  })
  const outlook = createOutlookHandler({
    lists,
    connections,
    principals: { principalOf: async () => ann },
    now,
    onError,
  })
  const person = { id: 'ann', login: 'ann', displayName: 'Ann', emails: [], kind: 'individual', members: [] } as const
  const dav = createCalDavHandler({
    service,
    authorize,
    authenticate: async () => ann,
    principals: { getPrincipal: async () => person, findPrincipal: async () => person },
    onError,
  })
  const path = `work-${++calendars}`
  const calendar = (await store.createCalendar({ owner: 'ann', name: path, displayName: 'Work' })).id
  const described = await right.describe({ principal: ann, calendar, connection: null })
  return {
    store,
    service,
    bindings,
    lists,
    calendar,
    path,
    outlook,
    dav,
    errors,
    newId,
    listGuid: `{${described!.guid}}`,
    /** `base-url` of a new connection. */
    connect: async (name: string): Promise<string> => {
      const record = await connections.create({ principal: 'ann', calendar, name })
      return `https://portal.example/outlook/${await connections.address(record)}`
    },
    advance: ground.advance,
    allow: (next: typeof rights): void => {
      rights = next
    },
    close: () => store.deleteCalendar(calendar),
  }
}

export type World = Awaited<ReturnType<typeof openWorld>>

/** What the network does to one request of an exchange. */
export type Fault = 'none' | 'lose-request' | 'lose-answer' | 'twice'

export class NetworkError extends Error {
  override readonly name = 'NetworkError'
}

/** A network that hurts the `at`th request after it was told to. */
export const createNetwork = () => {
  let next: { readonly fault: Fault; at: number } = { fault: 'none', at: 0 }
  return {
    expect: (fault: Fault, at: number): void => {
      next = { fault, at }
    },
    through:
      (handler: (request: Request) => Promise<Response>) =>
      async (request: Request): Promise<Response> => {
        const fault = next.at-- === 0 ? next.fault : 'none'
        if (fault === 'lose-request') throw new NetworkError('the request was lost')
        if (fault === 'twice') {
          const first = await handler(request.clone())
          await first.arrayBuffer()
        }
        const response = await handler(request)
        if (fault !== 'lose-answer') return response
        await response.arrayBuffer()
        throw new NetworkError('the answer was lost')
      },
  }
}
