import type { Calendar, Principal, PrincipalDirectory, PrincipalInfo } from '@dayport/core'
import { createMemoryStore } from '@dayport/core/memory'
import { createAuthorize, createCalendarService } from '@dayport/core/service'
import { type ClarkName, parseXml, type XmlElement } from '@dayport/core/xml'
import { type Authenticate, basicCredentials } from '@dayport/http'
import { type CalDavOptions, createCalDavHandler, createMemoryDav } from '../src/index.ts'
import { dav as D } from '../src/wire/names.ts'

const person = (id: string, login: string, displayName: string, parts: Partial<PrincipalInfo> = {}): PrincipalInfo => ({
  id,
  login,
  displayName,
  emails: [`${id}@example.org`],
  kind: 'individual',
  members: [],
  ...parts,
})

export const anna = person('p-anna', 'anna', 'Анна Каренина')
export const boris = person('p-boris', 'boris@example.org', 'Boris')
export const carl = person('p-carl', 'carl', 'Carl')
export const team = person('g-team', 'team', 'Team', { kind: 'group', members: ['p-anna', 'p-boris'] })
export const hall = person('r-hall', 'hall', 'Great Hall', { kind: 'room' })
const people = [anna, boris, carl, hall, team]

const principals: PrincipalDirectory = {
  getPrincipal: async (id) => people.find((info) => info.id === id) ?? null,
  findPrincipal: async (login) => people.find((info) => info.login === login) ?? null,
  groupsOf: async (id) => (team.members.includes(id) ? [team.id] : []),
  searchPrincipals: async (_, text, { limit }) =>
    people
      .filter(({ displayName, login, emails }) =>
        [displayName, login, ...emails].some((value) => value.toLowerCase().includes(text.toLowerCase())),
      )
      .slice(0, limit),
}

export const principalOf = ({ id }: PrincipalInfo): Principal => ({
  id,
  groups: team.members.includes(id) ? [team.id] : [],
})

/** The password of everybody is `secret`. */
const authenticate: Authenticate = async (request) => {
  const given = basicCredentials(request)
  const info = given?.password === 'secret' ? people.find(({ login }) => login === given.user) : undefined
  return info === undefined ? { challenge: ['Basic realm="Test", charset="UTF-8"'] } : principalOf(info)
}

/** One response element of a 207. */
export interface DavResponse {
  /** Of the response itself, when it has no propstats. */
  readonly status: number | null
  /** Property elements by status. */
  readonly found: ReadonlyMap<number, readonly XmlElement[]>
  readonly element: XmlElement
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The parsed body. */
  readonly xml: () => XmlElement
  /** The response elements of a 207 by href; fails on any other status, and on an href that comes twice. */
  readonly responses: () => ReadonlyMap<string, DavResponse>
  /** The property element with status 200 of one response. */
  readonly prop: (href: string, name: ClarkName) => XmlElement | undefined
  /** Name of the one condition element of a `D:error` body. */
  readonly condition: () => ClarkName
}

export interface Ask {
  readonly body?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  /** `null` sends no credentials. */
  readonly as?: PrincipalInfo | null
}

export const createServer = (options: Partial<CalDavOptions> = {}) => {
  let clock = Date.UTC(2026, 2, 1)
  let ids = 0
  const now = () => {
    clock += 1_000
    return clock
  }
  const { store, files, properties } = createMemoryDav(createMemoryStore({ now, newId: () => `cal-${++ids}` }), { now })
  const authorize = createAuthorize(store)
  const service = createCalendarService({ store, authorize })
  const errors: unknown[] = []
  const handler = createCalDavHandler({
    service,
    authenticate,
    authorize,
    principals,
    files,
    properties,
    now,
    newId: () => `id-${++ids}`,
    onError: (error) => errors.push(error),
    ...options,
  })
  const dav = async (method: string, path: string, ask: Ask = {}): Promise<Answer> => {
    const { body, headers = {}, as = anna } = ask
    const sent = new Headers(headers)
    if (as !== null) {
      const credentials = new TextEncoder().encode(`${as.login}:secret`)
      sent.set('authorization', `Basic ${btoa(String.fromCharCode(...credentials))}`)
    }
    const init = { method, headers: sent, ...(body === undefined ? {} : { body: body as BodyInit }) }
    return answerOf(await handler(new Request(`http://dav.test${path}`, init)))
  }
  const calendar = (name: string, draft: Partial<Calendar> = {}, owner = anna): Promise<Calendar> =>
    store.createCalendar({ owner: owner.id, name, ...draft })
  return { dav, handler, store, service, files, errors, calendar }
}

export type TestServer = ReturnType<typeof createServer>

const answerOf = async (response: Response): Promise<Answer> => {
  const text = await response.text()
  const xml = () => parseXml(text)
  const responses = () => {
    if (response.status !== 207) throw new Error(`expected 207, got ${response.status}: ${text}`)
    const byHref = new Map<string, DavResponse>()
    for (const element of xml().childrenNamed(D('response'))) {
      const href = element.child(D('href'))?.text ?? ''
      if (byHref.has(href)) throw new Error(`expected each href once, got ${href} twice`)
      byHref.set(href, responseOf(element))
    }
    return byHref
  }
  return {
    status: response.status,
    headers: response.headers,
    text,
    xml,
    responses,
    prop: (href, name) =>
      responses()
        .get(href)
        ?.found.get(200)
        ?.find((element) => element.name === name),
    condition: () => {
      const root = xml()
      const [only, ...others] = root.elements
      if (root.name !== D('error') || only === undefined || others.length > 0)
        throw new Error(`unexpected body: ${text}`)
      return only.name
    },
  }
}

const responseOf = (element: XmlElement): DavResponse => {
  const found = new Map<number, readonly XmlElement[]>()
  for (const propstat of element.childrenNamed(D('propstat'))) {
    const status = statusIn(propstat) ?? 0
    found.set(status, [...(found.get(status) ?? []), ...(propstat.child(D('prop'))?.elements ?? [])])
  }
  return { status: statusIn(element), found, element }
}

const statusIn = (element: XmlElement): number | null => {
  const text = element.child(D('status'))?.text
  return text === undefined ? null : Number(text.split(' ')[1])
}

/** The href values directly inside an element. */
export const hrefsIn = (element: XmlElement | undefined): readonly string[] =>
  element?.childrenNamed(D('href')).map(({ text }) => text) ?? []

/** A PROPFIND or report body for some properties, by Clark name. */
export const propBody = (root: ClarkName, names: readonly ClarkName[], inside = ''): string => {
  const tag = (name: ClarkName, content = '') => {
    const end = name.lastIndexOf('}')
    const local = name.slice(end + 1)
    return `<x:${local} xmlns:x="${name.slice(1, end)}">${content}</x:${local}>`
  }
  return tag(root, `<prop xmlns="DAV:">${names.map((name) => tag(name)).join('')}</prop>${inside}`)
}

/** A VCALENDAR around component lines. */
export const ics = (...lines: readonly string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n')

/** One event with any further lines. */
export const event = (uid: string, ...lines: readonly string[]): string =>
  ics('BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT')

export const meeting = (uid: string, start = '20260310T090000Z', end = '20260310T100000Z'): string =>
  event(uid, `DTSTART:${start}`, `DTEND:${end}`, `SUMMARY:Meeting ${uid}`)

export const calendarHeaders = { 'content-type': 'text/calendar; charset=utf-8' }
