import { z } from 'zod'
import { hashPassword } from '../accounts/passwords.ts'
import type { Person } from '../accounts/people.ts'
import { sessionTtlMs } from '../accounts/sessions.ts'
import { endedSessionCookie, readSessionCookie, sessionCookie } from '../cookie.ts'
import type { PortalParts } from '../parts.ts'
import { PortalError } from '../problem.ts'
import { type Operation, operation } from './operation.ts'
import { Me, MePatch, PasswordChange, Portal, Setup, SignIn } from './schemas.ts'

const toMe = ({ id, login, name, email, admin, locale, timeZone, banner, external }: Person) => ({
  id,
  login,
  name,
  email,
  admin,
  locale,
  timeZone,
  banner,
  external,
})

/** The portal itself, the first-run wizard, sessions and one's own account. */
export const accountOperations = (parts: PortalParts): readonly Operation[] => {
  const { people, sessions, signIn } = parts

  const openSession = async (person: Person): Promise<Response> => {
    const secret = await sessions.open(person.id)
    const headers = { 'Set-Cookie': sessionCookie(secret, sessionTtlMs, parts.secure), 'Cache-Control': 'no-store' }
    return Response.json(toMe(person), { status: 201, headers })
  }

  return [
    operation({
      method: 'get',
      address: '/portal',
      id: 'getPortal',
      summary: 'What the page needs first, also before anybody has signed in',
      access: 'public',
      status: 200,
      answer: Portal,
      handle: async ({ request, caller }) => ({
        setup: people.isEmpty(),
        me: caller === null ? null : toMe(caller.person),
        origin: parts.originOf(request),
        caldavUrl: `${parts.originOf(request)}/dav/`,
        doors: caller === null ? parts.doors.all() : parts.doors.of(caller.principal),
        changes: caller === null ? 0 : parts.live.changes(),
        oidc: parts.oidc !== null,
        version: parts.version,
      }),
    }),

    operation({
      method: 'post',
      address: '/setup',
      id: 'setUp',
      summary: 'Makes the first account, an administrator, and the company calendar, and signs in',
      access: 'public',
      body: Setup,
      status: 201,
      answer: Me,
      handle: async ({ body }) => {
        if (!people.isEmpty()) throw new PortalError('setup-done', 'The portal has been set up already')
        parts.setupCode.check(body.code)
        const person = await people.createFirst({
          login: body.login,
          name: body.name ?? body.login,
          email: body.email ?? '',
          kind: 'individual',
          admin: true,
          locale: body.locale,
          timeZone: body.timeZone,
          passwordHash: await hashPassword(body.password),
        })
        await parts.provision(person, { id: person.id, groups: [] })
        await parts.company.make(person.locale, person.timeZone)
        return openSession(person)
      },
    }),

    operation({
      method: 'post',
      address: '/session',
      id: 'signIn',
      summary: 'Signs in; the answer sets the session cookie',
      access: 'public',
      body: SignIn,
      status: 201,
      answer: Me,
      handle: async ({ request, body }) => {
        const principal = await signIn.withPassword(request, body.login, body.password)
        const person = people.get(principal.id)
        if (person === null) throw new PortalError('wrong-login', 'Wrong login or password')
        await parts.provision(person, principal)
        return openSession(person)
      },
    }),

    operation({
      method: 'get',
      address: '/session',
      id: 'getSession',
      summary: 'Who is signed in',
      access: 'person',
      status: 200,
      answer: Me,
      handle: async ({ caller }) => toMe(caller.person),
    }),

    operation({
      method: 'delete',
      address: '/session',
      id: 'signOut',
      summary: 'Signs out',
      access: 'public',
      status: 204,
      handle: async ({ request }) => {
        const secret = readSessionCookie(request, parts.secure)
        const person = secret === null ? null : sessions.personOf(secret)
        if (secret !== null) await sessions.close(secret)
        // Other pages of the person open theirs again by themselves; the one that signed out cannot.
        if (person !== null) parts.live.endOf(person)
        return new Response(null, { status: 204, headers: { 'Set-Cookie': endedSessionCookie(parts.secure) } })
      },
    }),

    operation({
      method: 'get',
      address: '/me',
      id: 'getMe',
      summary: 'My account',
      access: 'person',
      status: 200,
      answer: Me,
      handle: async ({ caller }) => toMe(caller.person),
    }),

    operation({
      method: 'patch',
      address: '/me',
      id: 'updateMe',
      summary: 'Changes what is given of my account',
      access: 'person',
      body: MePatch,
      status: 200,
      answer: Me,
      handle: async ({ caller, body: { name, email, locale, timeZone, banner } }) => {
        // Invitations go by addresses: nobody takes that of somebody else.
        const taken = [email ?? ''].flatMap((one) => [people.findByEmail(one), people.findByLogin(one)])
        if (taken.some((one) => one !== null && one.id !== caller.person.id)) {
          throw new PortalError('address-taken', 'Somebody else has this address')
        }
        await people.update(caller.person.id, {
          ...(name === undefined ? {} : { name }),
          ...(email === undefined ? {} : { email }),
          ...(locale === undefined ? {} : { locale }),
          ...(timeZone === undefined ? {} : { timeZone }),
          ...(banner === undefined ? {} : { banner }),
        })
        return toMe(people.get(caller.person.id) ?? caller.person)
      },
    }),

    operation({
      method: 'put',
      address: '/me/password',
      id: 'changePassword',
      summary: 'Changes my password, ends all sessions and opens a new one; app passwords stay',
      access: 'person',
      body: PasswordChange,
      status: 201,
      answer: Me,
      handle: async ({ caller, body }) => {
        const { id, login } = caller.person
        if (!(await signIn.isPassword(login, body.current))) {
          throw new PortalError('wrong-password', 'This is not the current password')
        }
        await people.setPassword(id, await hashPassword(body.next))
        signIn.forget(login)
        return openSession(caller.person)
      },
    }),
  ]
}

/** Path parameter shared by several operations. */
export const byId = z.object({ id: z.string().max(200) })
