import type { XmlElement } from '@dayport/core/xml'
import { apple, cal, dav } from '../wire/names.ts'
import { buildPropfind } from './requests.ts'
import { type CalDavClientOptions, createDavSend, type DavSend, errorOf, parseMultistatus } from './transport.ts'

/** A calendar on another server. */
export interface RemoteCalendar {
  readonly url: string
  readonly displayName: string
  /** `null` when never set. */
  readonly color: string | null
  /** Component kinds that it takes; empty when it does not say. */
  readonly components: readonly string[]
  /** Whether the account may write there, as far as the server tells (RFC 3744 §5.4); `true` where it says nothing. */
  readonly mayWrite: boolean
}

/**
 * The calendars of an account: by the address given, the well-known address and the principal, as RFC 6764 §6 has it.
 *
 * @throws {RemoteError} `credentials`, `configuration`, `unreachable`, …
 */
export const discoverCalendars = async (
  options: CalDavClientOptions,
  call: { readonly signal?: AbortSignal } = {},
): Promise<readonly RemoteCalendar[]> => {
  const send = createDavSend(options)
  const now = options.now ?? Date.now
  const given = new URL(options.url)
  const principal =
    (await hrefAt(send, now, given, dav('current-user-principal'), call, noDav)) ??
    (await hrefAt(send, now, new URL('/.well-known/caldav', given), dav('current-user-principal'), call)) ??
    given
  const home = (await hrefAt(send, now, principal, cal('calendar-home-set'), call)) ?? given
  const answer = await send('PROPFIND', home, {
    headers: { Depth: '1', 'Content-Type': 'application/xml; charset=utf-8' },
    body: buildPropfind([
      dav('resourcetype'),
      dav('displayname'),
      apple('calendar-color'),
      cal('supported-calendar-component-set'),
      dav('current-user-privilege-set'),
    ]),
    signal: call.signal,
  })
  if (answer.status !== 207) throw errorOf(answer, 'PROPFIND', false, now())
  return parseMultistatus(answer).responses.flatMap(({ href, found }) => {
    if (found.get(dav('resourcetype'))?.child(cal('calendar')) === undefined) return []
    const url = new URL(href, answer.url)
    if (!url.pathname.endsWith('/')) url.pathname += '/'
    return [
      {
        url: url.href,
        displayName: found.get(dav('displayname'))?.text.trim() ?? '',
        color: found.get(apple('calendar-color'))?.text.trim() || null,
        components: componentsIn(found.get(cal('supported-calendar-component-set'))),
        mayWrite: mayWriteBy(found.get(dav('current-user-privilege-set'))),
      },
    ]
  })
}

const componentsIn = (element: XmlElement | undefined): readonly string[] =>
  element?.childrenNamed(cal('comp')).flatMap(({ attributes }) => attributes.get('name')?.toUpperCase() ?? []) ?? []

/** Privileges that let an object be changed, by themselves or as a part. RFC 3744 §3. */
const writing = [dav('all'), dav('write'), dav('write-content')]

const mayWriteBy = (set: XmlElement | undefined): boolean =>
  set === undefined ||
  set.childrenNamed(dav('privilege')).some((one) => writing.some((name) => one.child(name) !== undefined))

/** What web servers answer at an address that is no CalDAV's: the front page of a host of which only the name was given. */
const noDav = [200, 204, 400, 403, 404, 405, 406, 411, 415, 422, 501]

/** The address in a property, asked with Depth 0; `null` when the server has no such property there. */
const hrefAt = async (
  send: DavSend,
  now: () => number,
  url: URL,
  name: string,
  call: { readonly signal?: AbortSignal },
  absent: readonly number[] = [404, 405, 200],
): Promise<URL | null> => {
  const answer = await send('PROPFIND', url, {
    headers: { Depth: '0', 'Content-Type': 'application/xml; charset=utf-8' },
    body: buildPropfind([name]),
    signal: call.signal,
  })
  if (absent.includes(answer.status)) return null
  if (answer.status !== 207) throw errorOf(answer, 'PROPFIND', false, now())
  for (const { found } of parseMultistatus(answer).responses) {
    const href = found.get(name)?.child(dav('href'))?.text.trim() ?? ''
    if (href !== '') return new URL(href, answer.url)
  }
  return null
}
