import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { toNodeListener } from '@dayport/http/node'
import { createFakeGraph } from '@dayport/testkit'
import Provider from 'oidc-provider'
import { type OnWay, startOutsideServer } from './outside-server.ts'

type Handler = (request: Request) => Promise<Response>

const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

/** Accounts of the provider. `oid` is what Microsoft calls an account. */
const accounts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'anna@gmail.com': { email: 'anna@gmail.com' },
  'other@gmail.com': { email: 'other@gmail.com' },
  anna: { preferred_username: 'anna@contoso.com', oid: 'anna@contoso.com' },
}

/** Where Google and Microsoft sign people in: a real provider, with refresh tokens, that tells whose a token is. */
const startProvider = async (scopes: readonly string[]) => {
  let handle: ((...args: Parameters<ReturnType<Provider['callback']>>) => unknown) | null = null
  const server = createServer((request, response) => void handle?.(request, response))
  const issuer = await listen(server)
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'portal',
        client_secret: 'portal-secret-portal-secret',
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: ['http://portal.test/api/joined/oauth/callback'],
      },
    ],
    scopes: ['openid', 'offline_access', ...scopes],
    claims: { openid: ['sub'], email: ['email'], profile: ['preferred_username', 'oid'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['test-key'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    features: { devInteractions: { enabled: true } },
  })
  handle = provider.callback()
  const dead = new Set<string>()
  const seen: string[] = []
  return {
    issuer,
    /** Access tokens that came with requests for data, each once. */
    seen,
    /** Whose token a request carries; `null` when it has none that lives. */
    accountOf: async (request: Request): Promise<string | null> => {
      const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? ''
      if (!seen.includes(token)) seen.push(token)
      const found = dead.has(token) ? undefined : await provider.AccessToken.find(token)
      return found === undefined || found.isExpired ? null : (found.accountId ?? null)
    },
    /** Access tokens that were seen so far open nothing any more. */
    expire: () => {
      for (const token of seen) dead.add(token)
    },
    /** As a person who takes the portal's access away in their account. */
    revoke: async (account: string): Promise<void> => {
      for (const token of seen) {
        const found = await provider.AccessToken.find(token)
        if (found?.accountId === account && found.grantId !== undefined) {
          await provider.RefreshToken.revokeByGrantId(found.grantId)
          await provider.AccessToken.revokeByGrantId(found.grantId)
        }
      }
    },
    close: () => close(server),
  }
}

/**
 * Google's CalDAV as its guide has it and clients report it, before our own server: Bearer only, addresses of its own, no MKCALENDAR, no
 * If-None-Match, no etag of a PUT, and new objects under the name of their UID.
 */
export const startGoogle = async (now: () => number) => {
  const provider = await startProvider(['https://www.googleapis.com/auth/calendar'])
  const inner = await startOutsideServer(now)
  await inner.addCalendar('anna@gmail.com', 'primary')
  await inner.addCalendar('Семья', 'family')
  let onWay: OnWay = (_, go) => go()
  const requests: string[] = []
  const own = '/caldav/v2/anna%40gmail.com'
  const pairs: readonly (readonly [google: string, inner: string])[] = [
    [`${own}/user/`, '/dav/principals/users/anna/'],
    [`${own}/user`, '/dav/'],
    [`${own}/events/`, '/dav/calendars/anna/primary/'],
    ['/caldav/v2/family%40group.calendar.google.com/events/', '/dav/calendars/anna/family/'],
    [`${own}/`, '/dav/calendars/anna/'],
  ]
  const inward = (text: string): string => pairs.reduce((said, [from, to]) => said.replaceAll(from, to), text)
  const outward = (text: string): string =>
    pairs.filter(([google]) => !google.endsWith('/user')).reduce((said, [to, from]) => said.replaceAll(from, to), text)

  const handle: Handler = async (request) => {
    const { pathname } = new URL(request.url)
    requests.push(`${request.method} ${pathname}`)
    return onWay(request, async () => {
      if ((await provider.accountOf(request)) !== 'anna@gmail.com') return new Response(null, { status: 401 })
      if (request.method === 'MKCALENDAR' || request.method === 'MKCOL') return new Response(null, { status: 405 })
      const body = await request.text()
      const headers = new Headers(request.headers)
      headers.set('authorization', `Basic ${Buffer.from('anna:app-password').toString('base64')}`)
      headers.delete('if-none-match')
      for (const name of ['host', 'content-length', 'connection']) headers.delete(name)
      let path = inward(pathname)
      if (request.method === 'PUT' && !headers.has('if-match')) {
        const uid = /\nUID:(\S+)/.exec(body)?.[1] ?? ''
        path = `${path.slice(0, path.lastIndexOf('/') + 1)}${encodeURIComponent(uid)}.ics`
      }
      const init = { method: request.method, headers, ...(body === '' ? {} : { body: inward(body) }) }
      const answer = await fetch(`${inner.origin}${path}`, init)
      const told = new Headers(answer.headers)
      for (const name of ['content-length', 'content-encoding', 'transfer-encoding', 'connection']) told.delete(name)
      if (request.method === 'PUT') told.delete('etag')
      const text = await answer.text()
      return new Response(answer.status === 204 ? null : outward(text), { status: answer.status, headers: told })
    })
  }
  const server = createServer(toNodeListener(handle))
  const origin = await listen(server)
  return {
    ...provider,
    origin,
    requests,
    inner,
    setOnWay: (way: OnWay) => {
      onWay = way
    },
    close: async () => {
      await Promise.all([close(server), inner.close(), provider.close()])
    },
  }
}

/** Microsoft 365: a real provider before the fake Graph. */
export const startMicrosoft = async (now: () => number) => {
  const server = createServer((request, response) => void listener?.(request, response))
  let listener: ReturnType<typeof toNodeListener> | null = null
  const origin = await listen(server)
  const provider = await startProvider([`${origin}/Calendars.ReadWrite`])
  const graph = createFakeGraph({ now, baseUrl: `${origin}/v1.0`, tokenLifeSeconds: 10_000_000 })
  const hand = graph.mailbox('anna@contoso.com')
  const granted = (await (
    await graph.handle(
      new Request(`${origin}/t/oauth2/v2.0/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'app', client_secret: 'secret' }),
      }),
    )
  ).json()) as { access_token: string }
  listener = toNodeListener(async (request) => {
    if ((await provider.accountOf(request)) !== 'anna') {
      return Response.json({ error: { code: 'InvalidAuthenticationToken', message: 'expired' } }, { status: 401 })
    }
    const headers = new Headers(request.headers)
    headers.set('authorization', `Bearer ${granted.access_token}`)
    const body = await request.text()
    return graph.handle(new Request(request.url, { method: request.method, headers, ...(body === '' ? {} : { body }) }))
  })
  return {
    ...provider,
    origin,
    graph,
    hand,
    close: async () => {
      await Promise.all([close(server), provider.close()])
    },
  }
}
