import { z } from 'zod'
import type { PortalParts } from '../parts.ts'
import { PortalError } from '../problem.ts'
import { type Operation, operation } from './operation.ts'
import { SetupTicket } from './schemas.ts'

/** The code beside the advice. */
export const setupTicketOperations = ({
  tickets,
  doors,
  audit,
  originOf,
  profileSigner,
}: PortalParts): readonly Operation[] => [
  operation({
    method: 'post',
    address: '/setup-tickets',
    id: 'createSetupTicket',
    summary:
      'Makes a one-time address for a device: opened there and pressed, it makes a password. Ends my earlier ones',
    access: 'person',
    body: z.strictObject({}),
    status: 201,
    answer: SetupTicket,
    handle: async ({ caller, request }) => {
      if (!doors.mayUse('caldav', caller.principal))
        throw new PortalError('door-off', 'Phones and programs are switched off')
      const { secret, expiresMs } = tickets.create(caller.person.id)
      const id = caller.person.id
      await audit.write({ person: id, actor: id, kind: 'setup-ticket', action: 'made', name: '' })
      return { url: `${originOf(request)}/connect/${secret}`, expiresMs, signer: profileSigner }
    },
  }),
]
