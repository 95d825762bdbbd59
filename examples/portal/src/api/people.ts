import { CalendarError } from '@dayport/core'
import { z } from 'zod'
import { hashPassword } from '../accounts/passwords.ts'
import type { Person } from '../accounts/people.ts'
import type { PortalParts } from '../parts.ts'
import { PortalError } from '../problem.ts'
import { byId } from './account.ts'
import { type Caller, type Operation, operation } from './operation.ts'
import { FoundPerson, NewPerson, PersonInfo, PersonPatch } from './schemas.ts'

const toInfo = ({ id, login, name, email, kind }: Person) => ({ id, login, name, email, kind })

/** One more than may be invited to an event, so that too many can be told. */
const maxMembers = 501

const adminOutside = (): PortalError =>
  new PortalError('invalid-request', 'An administrator is not from outside', { field: 'external' })

const tellAdministrator = (
  { audit }: Pick<PortalParts, 'audit'>,
  { person: actor }: Caller,
  person: Person,
  made: boolean,
): Promise<void> =>
  audit.write({
    person: person.id,
    actor: actor.id,
    kind: 'administrator',
    action: made ? 'appointed' : 'dismissed',
    name: person.login,
  })

/** People and groups, to share with; accounts, for administrators. */
export const peopleOperations = (parts: PortalParts): readonly Operation[] => [
  operation({
    method: 'get',
    address: '/people',
    id: 'searchPeople',
    summary:
      'People, groups and rooms of the portal: at most 50 that fit a search. People from outside find those of their groups and the owners of what was given to them',
    access: 'person',
    query: z.object({
      search: z.string().max(200).default(''),
      ids: z
        .string()
        .max(40_000)
        .optional()
        .describe('instead of a search: these, separated by commas; those who left are left out'),
      members: z
        .enum(['true', 'false'])
        .default('false')
        .describe('whether to tell who is in the groups that are found'),
    }),
    status: 200,
    answer: z.array(FoundPerson),
    handle: async ({ caller, query }) => {
      const known = await parts.acquaintance.known(caller.principal)
      const isKnown = ({ id }: Person): boolean => known?.has(id) !== false
      const found =
        query.ids === undefined
          ? parts.people.search(query.search, 50, known)
          : query.ids
              .split(',')
              .map((id) => parts.people.get(id))
              .filter((person) => person !== null)
              .filter(isKnown)
      return found.map((person) => ({
        ...toInfo(person),
        members:
          query.members === 'true' && person.kind === 'group'
            ? parts.people.everybodyIn(person.id).filter(isKnown).slice(0, maxMembers).map(toInfo)
            : null,
      }))
    },
  }),

  operation({
    method: 'post',
    address: '/people',
    id: 'createPerson',
    summary: 'Makes an account',
    access: 'admin',
    body: NewPerson,
    status: 201,
    answer: PersonInfo,
    handle: async ({ caller, body: { password, name, email, ...rest } }) => {
      if (rest.admin && rest.external) throw adminOutside()
      const draft = {
        ...rest,
        name: name ?? rest.login,
        email: email ?? '',
        kind: 'individual' as const,
        passwordHash: await hashPassword(password),
      }
      const [person] = await parts.people.createAll([draft])
      if (rest.admin) await tellAdministrator(parts, caller, person!, true)
      return toInfo(person!)
    },
  }),

  operation({
    method: 'patch',
    address: '/people/{id}',
    id: 'updatePerson',
    summary:
      'Changes a person’s name or address, says that they are from outside, or makes them an administrator or takes that back. Who is from outside loses at once what is open to everybody; the only administrator stays one',
    access: 'admin',
    path: byId,
    body: PersonPatch,
    status: 200,
    answer: PersonInfo,
    handle: async ({ caller, path, body: { name, email, external, admin } }) => {
      const person = parts.people.get(path.id)
      if (person?.kind !== 'individual') throw new CalendarError('not-found', 'No such person')
      if ((admin ?? person.admin) && (external ?? person.external)) throw adminOutside()
      await parts.people.update(person.id, {
        ...(name === undefined ? {} : { name }),
        ...(email === undefined ? {} : { email }),
        ...(external === undefined ? {} : { external }),
        ...(admin === undefined ? {} : { admin }),
      })
      const changed = parts.people.get(person.id) ?? person
      // Who is no longer from outside has calendars of their own.
      const who = await parts.people.principalOf(person.id)
      if (who !== null) await parts.provision(changed, who)
      if (changed.admin !== person.admin) await tellAdministrator(parts, caller, person, changed.admin)
      if (changed.external !== person.external) {
        // Doors that are for every employee open or close with it.
        await parts.exchange.peopleChanged()
        await parts.joined.look()
      }
      if (changed.admin !== person.admin || changed.external !== person.external) {
        parts.live.listsChanged()
        // Their open page gets, or loses, what is for administrators, or for employees.
        parts.live.portalChanged()
      }
      return toInfo(changed)
    },
  }),

  operation({
    method: 'delete',
    address: '/people/{id}',
    id: 'removePerson',
    summary:
      'The person left: sign-in, sessions, app passwords and links end at once; calendars stay. The only administrator stays, and groups end by deleteGroup',
    access: 'admin',
    path: byId,
    status: 204,
    handle: async ({ path }) => {
      const person = parts.people.get(path.id)
      if (person === null || person.kind === 'group') throw new CalendarError('not-found', 'No such person')
      await parts.people.leave(person.id)
      parts.live.listsChanged()
      await parts.joined.look()
      parts.signIn.forget(person.login)
    },
  }),
]
