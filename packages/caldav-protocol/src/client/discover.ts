import type { XmlElement } from '@dayport/core/xml'
import { apple, cal, cs, dav } from '../wire/names.ts'
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
    (await hrefAt(send, now, given, dav('current-user-principal'), call)) ??
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
      cs('getctag'),
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
      },
    ]
  })
}

const componentsIn = (element: XmlElement | undefined): readonly string[] =>
  element?.childrenNamed(cal('comp')).flatMap(({ attributes }) => attributes.get('name')?.toUpperCase() ?? []) ?? []

/** The address in a property, asked with Depth 0; `null` when the server has no such property there. */
const hrefAt = async (
  send: DavSend,
  now: () => number,
  url: URL,
  name: string,
  call: { readonly signal?: AbortSignal },
): Promise<URL | null> => {
  const answer = await send('PROPFIND', url, {
    headers: { Depth: '0', 'Content-Type': 'application/xml; charset=utf-8' },
    body: buildPropfind([name]),
    signal: call.signal,
  })
  if (answer.status === 404 || answer.status === 405 || answer.status === 200) return null
  if (answer.status !== 207) throw errorOf(answer, 'PROPFIND', false, now())
  for (const { found } of parseMultistatus(answer).responses) {
    const href = found.get(name)?.child(dav('href'))?.text.trim() ?? ''
    if (href !== '') return new URL(href, answer.url)
  }
  return null
}
