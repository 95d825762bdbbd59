import { CalendarError } from '@dayport/core'
import type { AppPasswordRecord } from '@dayport/http'
import { z } from 'zod'
import type { PortalParts } from '../parts.ts'
import { byId } from './account.ts'
import { type Operation, operation } from './operation.ts'
import { AppPassword, CreatedAppPassword, NewAppPassword } from './schemas.ts'

const toJson = ({ id, name, scopes, createdMs, lastUsedMs, lastUserAgent }: AppPasswordRecord) => ({
  id,
  name,
  scopes: [...scopes],
  createdMs,
  lastUsedMs,
  lastUserAgent,
})

/** Passwords of programs on devices. */
export const appPasswordOperations = ({ appPasswords }: PortalParts): readonly Operation[] => [
  operation({
    method: 'get',
    address: '/app-passwords',
    id: 'listAppPasswords',
    summary: 'My app passwords that work, newest first',
    access: 'person',
    status: 200,
    answer: z.array(AppPassword),
    handle: async ({ caller }) => {
      const records = await appPasswords.list(caller.person.id)
      return records.filter((record) => record.revokedMs === null).map(toJson)
    },
  }),

  operation({
    method: 'post',
    address: '/app-passwords',
    id: 'createAppPassword',
    summary: 'Makes an app password and shows it this once',
    access: 'person',
    body: NewAppPassword,
    status: 201,
    answer: CreatedAppPassword,
    handle: async ({ caller, body }) => {
      const { record, password } = await appPasswords.create({ principal: caller.person.id, ...body })
      return { ...toJson(record), password }
    },
  }),

  operation({
    method: 'delete',
    address: '/app-passwords/{id}',
    id: 'revokeAppPassword',
    summary: 'Revokes an app password: it opens nothing from the next request on',
    access: 'person',
    path: byId,
    status: 204,
    handle: async ({ caller, path }) => {
      const done = await appPasswords.revoke(caller.person.id, path.id)
      if (!done) throw new CalendarError('not-found', 'No such app password')
    },
  }),
]
