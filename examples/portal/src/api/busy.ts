import type { Calendar, ObjectRef, Principal } from '@dayport/core'
import { detailOf } from '@dayport/core/service'
import { z } from 'zod'
import type { Person } from '../accounts/people.ts'
import { busyTimesOf, joinedTimes } from '../events/busy.ts'
import { addressesOf } from '../events/details.ts'
import type { PortalParts } from '../parts.ts'
import { PortalError } from '../problem.ts'
import { day, startOfDay } from './days.ts'
import { type Operation, operation } from './operation.ts'
import { BusyPerson, type BusyTime } from './schemas.ts'

const maxPeople = 200
const maxRangeMs = 32 * 86_400_000
/** Of one calendar; more would be no answer that a person could use. */
const maxTimes = 2_000

const query = z.object({
  from: day,
  to: day.describe('exclusive'),
  emails: z.string().max(20_000).describe(`addresses, separated by commas; at most ${maxPeople}`),
  calendar: z.string().max(200).optional().describe('with object: an event that does not count, as it is to be moved'),
  object: z.string().max(1_000).optional(),
})

/** When people have no time, for who plans a meeting with them. */
export const busyOperations = (parts: PortalParts): readonly Operation[] => {
  const { service, people, acquaintance } = parts

  /** Names of the meeting's own copies in somebody's calendar, as the caller sees that calendar: what is planned hinders nobody. */
  const copiesIn = async (calendar: Calendar, who: Principal, copies: readonly ObjectRef[]): Promise<Set<string>> => {
    const detail = detailOf(calendar, who)
    const here = detail === null ? [] : copies.filter((copy) => copy.calendar === calendar.id)
    return new Set(await Promise.all(here.map(({ name }) => parts.projector.name(calendar.id, name, detail ?? 'full'))))
  }

  return [
    operation({
      method: 'get',
      address: '/busy',
      id: 'listBusy',
      summary: 'Busy times of people, from those of their calendars whose busy times I may see',
      access: 'person',
      query,
      status: 200,
      answer: z.array(BusyPerson),
      handle: async ({ caller, query: { from, to, emails, calendar: except, object }, request }) => {
        const { principal, person: me } = caller
        const range = { startMs: startOfDay(from, me.timeZone), endMs: startOfDay(to, me.timeZone) }
        if (range.endMs <= range.startMs || range.endMs - range.startMs > maxRangeMs) {
          throw new PortalError('invalid-request', 'Expected a range of 1 to 31 days', { where: 'query' })
        }
        const wanted = emails.split(',').filter((email) => email.trim() !== '')
        if (wanted.length > maxPeople) {
          throw new PortalError('invalid-request', `Expected at most ${maxPeople} addresses`, { where: 'query' })
        }
        const visible = (await service.listCalendars(principal)).filter(({ components }) =>
          components.includes('VEVENT'),
        )

        const meeting = except === undefined || object === undefined ? null : { calendar: except, name: object }
        const isTheirs = meeting !== null && (await service.getObject(principal, meeting).catch(() => null)) !== null
        const copies = meeting !== null && isTheirs ? parts.scheduling.copiesOf(meeting) : []

        const timesIn = async (calendar: Calendar, owner: Person) => {
          const times: z.output<typeof BusyTime>[] = []
          const options = { floatingZone: owner.timeZone, maxInstances: maxTimes, mine: addressesOf(owner) }
          const filter = { component: 'VEVENT', range }
          const own = await copiesIn(calendar, principal, copies)
          for await (const found of service.findObjects(principal, calendar.id, filter, { signal: request.signal })) {
            if ((calendar.id === except && found.name === object) || own.has(found.name)) continue
            times.push(...busyTimesOf(found, range, options))
            if (times.length >= maxTimes) break
          }
          return times
        }

        const acquaintances = await acquaintance.known(principal)
        return Promise.all(
          wanted.map(async (email) => {
            const found = people.findByEmail(email)
            const person = found !== null && acquaintances?.has(found.id) === false ? null : found
            const calendars = person === null ? [] : visible.filter(({ owner }) => owner === person.id)
            const times = await Promise.all(calendars.map((one) => timesIn(one, person ?? me)))
            return {
              email,
              name: person?.name ?? '',
              known: calendars.length > 0,
              timeZone: person?.timeZone ?? null,
              busy: joinedTimes(times.flat()),
            }
          }),
        )
      },
    }),
  ]
}
