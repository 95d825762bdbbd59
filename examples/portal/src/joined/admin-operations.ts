import { z } from 'zod'
import { type Operation, operation } from '../api/operation.ts'
import type { PortalParts } from '../parts.ts'
import { JoinedSetup, JoinedSetupChange } from './schemas.ts'
import { oauthServices } from './services.ts'

/** What administrators set up of outside calendars. */
export const joinedAdminOperations = (parts: PortalParts): readonly Operation[] => {
  const { joined, joinedSettings, audit, originOf } = parts

  const setup = (request: Request) => ({
    settings: joinedSettings.get(),
    secrets: { google: joinedSettings.secretSetMs('google'), microsoft: joinedSettings.secretSetMs('microsoft') },
    callback: `${originOf(request)}/api/joined/oauth/callback`,
  })

  return [
    operation({
      method: 'get',
      address: '/admin/joined',
      id: 'getJoinedSetup',
      summary: 'The settings of outside calendars; secrets are never told, only when they were given',
      access: 'admin',
      status: 200,
      answer: JoinedSetup,
      handle: async ({ request }) => setup(request),
    }),

    operation({
      method: 'put',
      address: '/admin/joined',
      id: 'putJoinedSetup',
      summary:
        'Saves the settings, and new secrets where they are given; one is forgotten where its sign-in moves elsewhere',
      access: 'admin',
      body: JoinedSetupChange,
      status: 200,
      answer: JoinedSetup,
      handle: async ({ caller, body, request }) => {
        const { id } = caller.person
        await joinedSettings.put(body.settings)
        for (const service of oauthServices) {
          const secret = body.secrets[service]
          if (secret === undefined) continue
          await joinedSettings.putSecret(service, secret)
          await audit.write({ person: id, actor: id, kind: 'joined', action: 'made', name: service })
        }
        await joined.apply()
        return setup(request)
      },
    }),

    operation({
      method: 'delete',
      address: '/admin/joined/secrets/{service}',
      id: 'deleteJoinedSecret',
      summary: 'Forgets the secret of a service: nobody signs in to it any more',
      access: 'admin',
      path: z.object({ service: z.enum(oauthServices) }),
      status: 204,
      handle: async ({ caller, path }) => {
        const { id } = caller.person
        await joinedSettings.removeSecret(path.service)
        await audit.write({ person: id, actor: id, kind: 'joined', action: 'revoked', name: path.service })
      },
    }),
  ]
}
