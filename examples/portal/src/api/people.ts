import { CalendarError } from '@dayport/core'
import { z } from 'zod'
import { hashPassword } from '../accounts/passwords.ts'
import type { Person } from '../accounts/people.ts'
import type { PortalParts } from '../parts.ts'
import { byId } from './account.ts'
import { type Operation, operation } from './operation.ts'
import { NewPerson, PersonInfo } from './schemas.ts'

const toInfo = ({ id, login, name, email, kind }: Person) => ({ id, login, name, email, kind })

/** People and groups, to share with; accounts, for administrators. */
export const peopleOperations = (parts: PortalParts): readonly Operation[] => [
  operation({
    method: 'get',
    address: '/people',
    id: 'searchPeople',
    summary: 'People, groups and rooms of the portal: at most 50 that fit a search',
    access: 'person',
    query: z.object({
      search: z.string().max(200).default(''),
      ids: z
        .string()
        .max(40_000)
        .optional()
        .describe('instead of a search: these, separated by commas; those who left are left out'),
    }),
    status: 200,
    answer: z.array(PersonInfo),
    handle: async ({ query }) => {
      if (query.ids === undefined) return parts.people.search(query.search, 50).map(toInfo)
      const found = query.ids.split(',').map((id) => parts.people.get(id))
      return found.filter((person) => person !== null).map(toInfo)
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
    handle: async ({ body: { password, name, email, ...rest } }) => {
      const draft = {
        ...rest,
        name: name ?? rest.login,
        email: email ?? '',
        kind: 'individual' as const,
        passwordHash: await hashPassword(password),
      }
      const [person] = await parts.people.createAll([draft])
      return toInfo(person!)
    },
  }),

  operation({
    method: 'delete',
    address: '/people/{id}',
    id: 'removePerson',
    summary: 'The person left: sign-in, sessions, app passwords and links end at once; calendars stay',
    access: 'admin',
    path: byId,
    status: 204,
    handle: async ({ path }) => {
      const person = parts.people.get(path.id)
      if (person === null) throw new CalendarError('not-found', 'No such person')
      await parts.people.leave(person.id)
      parts.signIn.forget(person.login)
    },
  }),
]
