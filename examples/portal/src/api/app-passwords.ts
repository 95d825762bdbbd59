import { CalendarError } from '@dayport/core'
import type { AppPasswordRecord } from '@dayport/http'
import { z } from 'zod'
import type { PortalParts } from '../parts.ts'
import { PortalError } from '../problem.ts'
import { byId } from './account.ts'
import { type Operation, operation } from './operation.ts'
import { AppPassword, CreatedAppPassword, NewAppPassword } from './schemas.ts'

/** Passwords of programs on devices. */
export const appPasswordOperations = ({
  appPasswords,
  refusedDevices,
  audit,
  doors,
}: PortalParts): readonly Operation[] => {
  const toJson = ({ id, name, scopes, createdMs, lastUsedMs, lastUserAgent, revokedMs }: AppPasswordRecord) => ({
    id,
    name,
    scopes: [...scopes],
    createdMs,
    lastUsedMs,
    lastUserAgent,
    revokedMs,
    lastRefusedMs: revokedMs === null ? null : refusedDevices.lastOf(id),
  })

  return [
    operation({
      method: 'get',
      address: '/app-passwords',
      id: 'listAppPasswords',
      summary: 'My app passwords that work, newest first',
      access: 'person',
      query: z.object({ revoked: z.enum(['0', '1']).default('0').describe('1: also those that were revoked') }),
      status: 200,
      answer: z.array(AppPassword),
      handle: async ({ caller, query }) => {
        const records = await appPasswords.list(caller.person.id)
        return records.filter((record) => query.revoked === '1' || record.revokedMs === null).map(toJson)
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
        if (body.scopes.includes('caldav') && !doors.mayUse('caldav', caller.principal)) {
          throw new PortalError('door-off', 'Phones and programs are switched off')
        }
        const { id } = caller.person
        const { record, password } = await appPasswords.create({ principal: id, ...body })
        await audit.write({ person: id, actor: id, kind: 'app-password', action: 'made', name: body.name })
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
        const { id } = caller.person
        const record = (await appPasswords.list(id)).find((one) => one.id === path.id)
        const done = await appPasswords.revoke(id, path.id)
        if (!done || record === undefined) throw new CalendarError('not-found', 'No such app password')
        await audit.write({ person: id, actor: id, kind: 'app-password', action: 'revoked', name: record.name })
      },
    }),
  ]
}
