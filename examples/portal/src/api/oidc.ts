import { sessionTtlMs } from '../accounts/sessions.ts'
import { sessionCookie } from '../cookie.ts'
import type { PortalParts } from '../parts.ts'
import { PortalError } from '../problem.ts'
import { type Operation, operation } from './operation.ts'

const cookieName = 'dayport-oidc'

const readId = (request: Request): string | null =>
  new RegExp(`(?:^|;\\s*)${cookieName}=([\\w-]{1,64})`).exec(request.headers.get('cookie') ?? '')?.[1] ?? null

/** Sign-in at a provider, where one is set up. */
export const oidcOperations = ({
  oidc,
  originOf,
  people,
  provision,
  secure,
  sessions,
}: PortalParts): readonly Operation[] => {
  const attributes = `Path=/api/oidc; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
  const asked = () => {
    if (oidc === null) throw new PortalError('not-set-up', 'No provider is set up')
    return oidc
  }
  return [
    operation({
      method: 'get',
      address: '/oidc/start',
      id: 'startOidc',
      summary: 'Sends the browser to the provider to sign in',
      access: 'public',
      status: 302,
      handle: async ({ request }) => {
        const { url, id } = await asked().start(originOf(request))
        const cookie = `${cookieName}=${id}; Max-Age=600; ${attributes}`
        return new Response(null, {
          status: 302,
          headers: { Location: url, 'Set-Cookie': cookie, 'Cache-Control': 'no-store' },
        })
      },
    }),

    operation({
      method: 'get',
      address: '/oidc/callback',
      id: 'finishOidc',
      summary: 'Where the provider sends the browser back; sets the session cookie',
      access: 'public',
      status: 302,
      handle: async ({ request }) => {
        const headers = new Headers({ 'Cache-Control': 'no-store' })
        headers.append('Set-Cookie', `${cookieName}=; Max-Age=0; ${attributes}`)
        try {
          const person = await asked().finish(request, readId(request))
          const principal = await people.principalOf(person.id)
          if (principal !== null) await provision(person, principal)
          headers.append('Set-Cookie', sessionCookie(await sessions.open(person.id), sessionTtlMs, secure))
          headers.set('Location', '/')
        } catch (error) {
          // A person stands before this answer, not a program: they go back to the sign-in, which says what happened.
          if (!(error instanceof PortalError)) throw error
          headers.set('Location', `/?sign-in=${error.code}`)
        }
        return new Response(null, { status: 302, headers })
      },
    }),
  ]
}
