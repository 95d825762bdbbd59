import { adviceFor, adviceHtml, appleProfile, appleProfileType, visitorProgram } from '@dayport/client-setup'
import { type ProfileSigner, signProfile } from '@dayport/client-setup/signing'
import type { Person } from './accounts/people.ts'
import type { PortalParts } from './parts.ts'

const words = {
  ru: {
    title: 'Подключить это устройство',
    who: (name: string) => `Календари: ${name}`,
    profile: 'Скачать профиль',
    profileHint: 'Устройство предложит установить профиль: Настройки → Профиль загружен.',
    show: 'Показать данные для входа',
    once: 'Код действует один раз. Пароль создаётся при нажатии.',
    dead: 'Этот код больше не действует. Откройте окно подключения ещё раз: там будет новый.',
    device: 'Устройство по коду',
  },
  en: {
    title: 'Connect this device',
    who: (name: string) => `Calendars: ${name}`,
    profile: 'Download profile',
    profileHint: 'The device offers to install the profile: Settings → Profile Downloaded.',
    show: 'Show what to enter',
    once: 'The code works once. The password is made when you press.',
    dead: 'This code does not work any more. Open the connect window again: it shows a new one.',
    device: 'Device by code',
  },
} as const

const policy =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const escapeText = (text: string): string => text.replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`)

const html = (language: 'ru' | 'en', body: string, status = 200): Response =>
  new Response(
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">` +
      `<meta name="robots" content="noindex"><title>${words[language].title}</title><link rel="stylesheet" href="/connect.css"></head>` +
      `<body><main><h1>${words[language].title}</h1>${body}</main></body></html>`,
    {
      status,
      headers: {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': policy,
        'Cache-Control': 'no-store',
        'Referrer-Policy': 'no-referrer',
      },
    },
  )

const languageOf = (request: Request): 'ru' | 'en' =>
  /^ru\b/i.test(request.headers.get('accept-language') ?? '') ? 'ru' : 'en'

/**
 * What a phone sees that scanned the code: a page that looks at the ticket, and a press that uses it up. Only then a password is made, for
 * this device alone. Without a script, since strangers' phones open it.
 */
export const createConnectPage = (
  parts: Pick<PortalParts, 'tickets' | 'people' | 'appPasswords' | 'audit' | 'originOf' | 'newId' | 'now' | 'doors'> & {
    /** `null` where the host has no certificate at hand: profiles are then unsigned. */
    readonly signer: ProfileSigner | null
  },
) => {
  const inputOf = (person: Person, language: 'ru' | 'en', origin: string, password: string) => ({
    language,
    caldavUrl: `${origin}/dav/`,
    principalUrl: `${origin}/dav/principals/${encodeURIComponent(person.login)}/`,
    login: person.login,
    password,
  })

  /** Who made the ticket; `null` when they have left, or phones are not for them any more. */
  const admitted = async (id: string): Promise<Person | null> => {
    const who = await parts.people.principalOf(id)
    return who === null || !parts.doors.mayUse('caldav', who) ? null : parts.people.get(id)
  }

  const landing = (request: Request, person: Person): Response => {
    const language = languageOf(request)
    const text = words[language]
    const program = visitorProgram(request.headers.get('user-agent') ?? '')
    const apple = program === 'iphone' || program === 'iphone-old' || program === 'mac'
    const button = (kind: string, label: string, main: boolean): string =>
      `<form method="post"><input type="hidden" name="as" value="${kind}"><button${main ? ' class="main"' : ''}>${label}</button></form>`
    return html(
      language,
      `<p>${escapeText(text.who(person.name))}</p>` +
        (apple ? `${button('profile', text.profile, true)}<p class="hint">${text.profileHint}</p>` : '') +
        `${button('values', text.show, !apple)}<p class="hint">${text.once}</p>`,
    )
  }

  const redeem = async (request: Request, secret: string): Promise<Response | null> => {
    const form = new URLSearchParams(await request.text())
    const ticket = parts.tickets.redeem(secret)
    const person = ticket === null ? null : await admitted(ticket.person)
    if (person === null) return null
    const language = languageOf(request)
    const { record, password } = await parts.appPasswords.create({
      principal: person.id,
      name: words[language].device,
      scopes: ['caldav'],
    })
    await parts.audit.write({
      person: person.id,
      actor: person.id,
      kind: 'app-password',
      action: 'made',
      name: record.name,
    })
    const input = inputOf(person, language, parts.originOf(request), password)
    if (form.get('as') !== 'profile') {
      const program = visitorProgram(request.headers.get('user-agent') ?? '')
      const known = program === 'outlook' ? 'thunderbird' : program
      return html(language, adviceHtml(adviceFor(known, input)))
    }
    const profile = appleProfile(input, parts.newId)
    const body = parts.signer === null ? profile : await signProfile(profile, parts.signer, parts.now())
    return new Response(body as BodyInit, {
      headers: {
        'Content-Type': appleProfileType,
        'Content-Disposition': 'attachment; filename="calendars.mobileconfig"',
        'Cache-Control': 'no-store',
      },
    })
  }

  return async (request: Request, secret: string): Promise<Response> => {
    const language = languageOf(request)
    const dead = (): Response => html(language, `<p>${words[language].dead}</p>`, 404)
    if (request.method === 'POST') {
      // A form of another site cannot know the ticket, and the ticket is all that it takes.
      if (Number(request.headers.get('content-length') ?? '0') > 1_000) return dead()
      return (await redeem(request, secret)) ?? dead()
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return new Response('Method not allowed\n', { status: 405, headers: { Allow: 'GET, HEAD, POST' } })
    }
    const ticket = parts.tickets.peek(secret)
    const person = ticket === null ? null : await admitted(ticket.person)
    return person === null ? dead() : landing(request, person)
  }
}
