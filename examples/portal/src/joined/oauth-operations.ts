import { type Operation, operation } from '../api/operation.ts'
import type { PortalParts } from '../parts.ts'
import { PortalError } from '../problem.ts'
import { assertDoor } from './assert-door.ts'
import { OAuthAddress, OAuthStart } from './schemas.ts'

const cookieName = 'dayport-joined'

const readId = (request: Request): string | null =>
  new RegExp(`(?:^|;\\s*)${cookieName}=([\\w-]{1,64})`).exec(request.headers.get('cookie') ?? '')?.[1] ?? null

/** Sign-in on the service's own page. */
export const oauthOperations = (parts: PortalParts): readonly Operation[] => {
  const { joined, joinedOAuth, audit, originOf, secure } = parts
  const attributes = `Path=/api/joined; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
  return [
    operation({
      method: 'post',
      address: '/joined/oauth',
      id: 'startJoinedSignIn',
      summary: 'Where the browser goes to sign in to Google or Microsoft 365',
      access: 'person',
      body: OAuthStart,
      status: 200,
      answer: OAuthAddress,
      handle: async ({ caller, body, request }) => {
        assertDoor(parts, caller)
        const person = caller.person.id
        const again = body.account === null ? null : joined.ownAccount(person, body.account)
        const who = { person, account: again?.id ?? null, login: again?.login ?? null }
        const { url, id } = await joinedOAuth.start(body.service, originOf(request), who)
        const cookie = `${cookieName}=${id}; Max-Age=600; ${attributes}`
        return Response.json({ url }, { headers: { 'Set-Cookie': cookie, 'Cache-Control': 'no-store' } })
      },
    }),

    operation({
      method: 'get',
      address: '/joined/oauth/callback',
      id: 'finishJoinedSignIn',
      summary: 'Where the service sends the browser back; the page then asks which calendars to join',
      access: 'public',
      status: 302,
      handle: async ({ caller, request }) => {
        const headers = new Headers({ 'Cache-Control': 'no-store' })
        headers.append('Set-Cookie', `${cookieName}=; Max-Age=0; ${attributes}`)
        try {
          if (caller === null) throw new PortalError('wrong-login', 'Nobody is signed in')
          assertDoor(parts, caller)
          const { id } = caller.person
          const outcome = await joinedOAuth.finish(request, readId(request), id)
          const account = await joined.finishSignIn(caller.person, outcome)
          const name = `${account.service} ${account.login}`
          await audit.write({ person: id, actor: id, kind: 'joined', action: 'made', name })
          headers.set('Location', `/connections?joined=${encodeURIComponent(account.id)}`)
        } catch (error) {
          // A person stands before this answer, not a program: the page says what happened.
          if (!(error instanceof PortalError)) throw error
          const code = error.code === 'wrong-login' ? 'outside-sign-in' : error.code
          headers.set('Location', `/connections?joined-error=${code}`)
        }
        return new Response(null, { status: 302, headers })
      },
    }),
  ]
}
