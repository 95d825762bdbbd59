import { type CalendarId, type CalendarPeer, type Principal, RemoteError } from '@dayport/core'
import { createMemoryStore } from '@dayport/core/memory'
import { type CalendarService, createAuthorize, createCalendarService } from '@dayport/core/service'
import {
  createMemorySync,
  createSyncService,
  defaultSyncPolicy,
  type SyncBinding,
  type SyncConnection,
  type SyncLimits,
  type SyncPolicy,
  type SyncService,
  type SyncServiceOptions,
  type SyncStateStore,
} from '@dayport/sync-engine'
import { createRandom } from './random.ts'
import {
  createSimulatedMailbox,
  type MailboxFault,
  type SimulatedCall,
  type SimulatedMailbox,
  type SimulatedMailboxOptions,
} from './simulated-mailbox.ts'
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts'

/** A portal with people, each with a mailbox, and a sync service under a clock that the test moves. */
export interface SimulatedOffice {
  readonly clock: VirtualClock
  readonly service: CalendarService
  readonly state: SyncStateStore
  sync: SyncService
  /** Adds a person with a calendar and a mailbox, bound to each other unless `bind` is false. */
  hire(name: string, options?: { readonly bind?: boolean } & Partial<SimulatedMailboxOptions>): Promise<Desk>
  /** The process ends, and another one begins over the same state. */
  restart(): Promise<void>
}

export interface Desk {
  readonly who: Principal
  readonly calendar: CalendarId
  readonly mailbox: SimulatedMailbox
  readonly binding: string
  /** What goes wrong with calls from now on; nothing by default. */
  fault: (call: SimulatedCall) => MailboxFault
  /** What refuses to open the mailbox, while it is set. */
  refuses: RemoteError['kind'] | null
  put(name: string, data: Uint8Array): Promise<void>
  remove(name: string): Promise<void>
  names(): Promise<string[]>
  read(name: string): Promise<string>
  readAll(): Promise<string[]>
}

export const officeStartMs = Date.UTC(2026, 2, 10, 9)

export const openOffice = async (
  options: {
    readonly policy?: Partial<SyncPolicy>
    readonly limits?: Partial<SyncLimits>
    readonly service?: Partial<SyncServiceOptions>
  } = {},
): Promise<SimulatedOffice> => {
  const clock = createVirtualClock(officeStartMs)
  let ids = 0
  const newId = (): string => {
    ids += 1
    return `i${String(ids).padStart(6, '0')}`
  }
  const { now } = clock
  const memory = createMemorySync(createMemoryStore({ now, newId }))
  const desks = new Map<string, Desk>()
  const holder: { sync: SyncService | null } = { sync: null }
  const service = createCalendarService({
    store: memory.store,
    authorize: createAuthorize(memory.store),
    now,
    newId,
    onChange: (event) => holder.sync?.calendarChanged(event),
  })
  const openRemote = async (binding: SyncBinding): Promise<CalendarPeer> => {
    const desk = desks.get(binding.principal)
    if (desk === undefined) throw new TypeError('nobody sits there')
    if (desk.refuses !== null) {
      throw new RemoteError('simulated', { service: 'simulated', kind: desk.refuses, status: 401, retryable: false })
    }
    return desk.mailbox.peer
  }
  const connection: Omit<SyncConnection, 'createdMs'> = {
    id: 'c1',
    backend: 'simulated',
    settings: '{}',
    policy: { ...defaultSyncPolicy, ...options.policy },
    enabled: true,
  }
  const openSync = (): SyncService =>
    createSyncService({
      state: memory.state,
      service,
      openRemote,
      timers: clock.timers,
      now,
      newId,
      random: createRandom(7),
      onError: (error) => {
        throw error
      },
      ...(options.limits === undefined ? {} : { limits: options.limits }),
      ...options.service,
    })
  const office: SimulatedOffice = {
    clock,
    service,
    state: memory.state,
    sync: openSync(),
    hire: async (name, hired = {}) => {
      const who: Principal = { id: name, groups: [] }
      const calendar = (await service.createCalendar(who, { owner: name, name: 'work' })).id
      const { bind, ...of } = hired
      const faulty = { fault: (_: SimulatedCall): MailboxFault => 'none' }
      const mailbox = createSimulatedMailbox({ now, ...of, fault: (call) => faulty.fault(call) })
      const origin = { door: 'portal' }
      let refuses: Desk['refuses'] = null
      const names = async (): Promise<string[]> =>
        (await service.changes(who, calendar, null)).changes.map((change) => change.name).sort()
      const read = async (object: string): Promise<string> => {
        const found = await service.getObject(who, { calendar, name: object })
        return found === null ? '' : new TextDecoder().decode(found.data)
      }
      const desk: Desk = {
        who,
        calendar,
        mailbox,
        binding: '',
        get fault() {
          return faulty.fault
        },
        set fault(next) {
          faulty.fault = next
        },
        get refuses() {
          return refuses
        },
        set refuses(kind) {
          refuses = kind
        },
        put: async (object, data) => {
          await service.putObject(who, { calendar, name: object }, data, { origin })
        },
        remove: (object) => service.deleteObject(who, { calendar, name: object }, { origin }),
        names,
        read,
        readAll: async () => Promise.all((await names()).map(read)),
      }
      desks.set(name, desk)
      if (bind === false) return desk
      const draft = {
        connection: 'c1',
        principal: name,
        calendar,
        mailbox: `${name}@example.org`,
        remote: `${name}/calendar`,
      }
      const { id } = await office.sync.bind(draft)
      return Object.defineProperty(desk, 'binding', { value: id })
    },
    restart: async () => {
      await office.sync.stop()
      office.sync = openSync()
      holder.sync = office.sync
      await office.sync.start()
    },
  }
  holder.sync = office.sync
  await office.sync.putConnection(connection)
  return office
}
