import { CalendarError } from '@dayport/core'
import { z } from 'zod'
import { ruledDoors, switchableDoors } from '../door-switches.ts'
import type { PortalParts } from '../parts.ts'
import { type Operation, operation } from './operation.ts'
import { AuditList, DoorPatch, Doors, ErrorList, PersonState } from './schemas.ts'

const auditShown = 500

/** What administrators see and switch. */
export const adminOperations = (parts: PortalParts): readonly Operation[] => {
  const { doors, audit, errors, people, appPasswords, feedLinks, outlookConnections, exchange, joined, live } = parts

  const alive = <T extends { readonly revokedMs: number | null }>(records: readonly T[]): readonly T[] =>
    records.filter(({ revokedMs }) => revokedMs === null)

  const stateOf = async (id: string) => {
    const [devices, links, outlooks] = await Promise.all([
      appPasswords.list(id).then(alive),
      feedLinks.list(id).then(alive),
      outlookConnections.list(id).then(alive),
    ])
    const lastMs = Math.max(
      ...devices.map(({ lastUsedMs }) => lastUsedMs ?? 0),
      ...links.map(({ lastFetchMs }) => lastFetchMs ?? 0),
      0,
    )
    return {
      devices: devices.length,
      links: links.length,
      outlooks: outlooks.length,
      lastMs: lastMs === 0 ? null : lastMs,
    }
  }
  const states = () =>
    Promise.all(
      people
        .list()
        .filter(({ kind }) => kind === 'individual')
        .map(async ({ id, login, name, email, admin, external }) => ({
          id,
          login,
          name,
          email,
          admin,
          external,
          ...(await stateOf(id)),
        })),
    )

  return [
    operation({
      method: 'get',
      address: '/admin/doors',
      id: 'getDoors',
      summary: 'Which ways out are on and for whom, and how many connections each has',
      access: 'admin',
      status: 200,
      answer: Doors,
      handle: async () => {
        const all = await states()
        const sum = (of: 'devices' | 'links' | 'outlooks'): number => all.reduce((total, state) => total + state[of], 0)
        return {
          on: { ...doors.all(), exchange: exchange.isEnabled() },
          people: doors.people(),
          connections: {
            caldav: sum('devices'),
            feed: sum('links'),
            outlook: sum('outlooks'),
            joined: joined.count(),
            exchange: await exchange.count(),
          },
        }
      },
    }),

    operation({
      method: 'patch',
      address: '/admin/doors',
      id: 'switchDoors',
      summary:
        'Switches ways out on and off, or opens them to some people only; what was made for them stays and works again when they are open',
      access: 'admin',
      body: DoorPatch,
      status: 204,
      handle: async ({ caller, body }) => {
        const { id } = caller.person
        const tell = (action: 'on' | 'off' | 'people', name: string) =>
          audit.write({ person: id, actor: id, kind: 'door', action, name })
        const { people: chosen = {}, exchange: exchangeOn, ...switches } = body
        const named = ruledDoors.map((door) => chosen[door]).filter((one) => Array.isArray(one))
        for (const one of named.flat()) {
          if (people.get(one) === null) throw new CalendarError('not-found', 'No such person')
        }
        const before = doors.all()
        await doors.set(switches)
        for (const door of switchableDoors) {
          const on = doors.isOn(door)
          if (on !== before[door]) await tell(on ? 'on' : 'off', door)
        }
        await doors.setPeople(chosen)
        for (const door of ruledDoors) if (chosen[door] !== undefined) await tell('people', door)
        if (doors.isOn('joined') !== before.joined || chosen.joined !== undefined) await joined.apply()
        const isOther = exchangeOn !== undefined && exchangeOn !== exchange.isEnabled()
        if (isOther) {
          await exchange.save({ ...exchange.settings.get(), enabled: exchangeOn }, null)
          await tell(exchangeOn ? 'on' : 'off', 'exchange')
        } else if (chosen.exchange !== undefined) await exchange.peopleChanged()
        live.portalChanged()
      },
    }),

    operation({
      method: 'get',
      address: '/admin/people',
      id: 'listPeople',
      summary: 'People with the number of their connections and the last use of any',
      access: 'admin',
      status: 200,
      answer: z.array(PersonState),
      handle: states,
    }),

    operation({
      method: 'get',
      address: '/admin/errors',
      id: 'listErrors',
      summary: 'The last failures since the start, newest first; people were told their codes',
      access: 'admin',
      status: 200,
      answer: ErrorList,
      handle: async () => [...errors.list()],
    }),

    operation({
      method: 'get',
      address: '/admin/audit',
      id: 'listAudit',
      summary: 'Secrets made and revoked, and doors switched, newest first; never the secrets themselves',
      access: 'admin',
      status: 200,
      answer: AuditList,
      handle: async () => {
        const nameOf = (id: string): string => people.get(id)?.name ?? id
        return audit
          .list(auditShown)
          .map((entry) => ({ ...entry, personName: nameOf(entry.person), actorName: nameOf(entry.actor) }))
      },
    }),
  ]
}
