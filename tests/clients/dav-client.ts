import { type ClarkName, clark, parseXml, type XmlElement } from '@dayport/core/xml'

/** The answer to one request, its body already read. */
export interface DavAnswer {
  readonly status: number
  readonly etag: string | null
  readonly text: string
}

/** One calendar of the person's home, as PROPFIND shows it. */
export interface DavCalendar {
  /** Absolute path, percent-encoded as the server wrote it, ending in `/`. */
  readonly path: string
  readonly name: string
  readonly color: string | null
}

/** One response of a multistatus: its href and the properties found (propstat 200), by Clark name. */
export interface DavResponse {
  readonly href: string
  /** Status of the response itself, null when it has propstats. */
  readonly status: number | null
  readonly props: ReadonlyMap<ClarkName, XmlElement>
}

/** What a test wants to know from the server itself, never through the client under test. */
export interface DavClient {
  /** One request by path or URL, redirects not followed. */
  request(method: string, path: string, headers?: Record<string, string>, body?: string): Promise<DavAnswer>
  propfind(path: string, depth: '0' | '1', props: string): Promise<readonly DavResponse[]>
  /** From `/.well-known/caldav` by redirect, principal and home set to the calendars of this person. */
  calendars(): Promise<readonly DavCalendar[]>
  /** The calendar of this displayname. */
  calendar(name: string): Promise<DavCalendar>
  /** Etags of the objects of a calendar, by path. */
  members(calendarPath: string): Promise<ReadonlyMap<string, string>>
  /** Every object of a calendar, by GET. */
  objects(calendarPath: string): Promise<readonly (DavAnswer & { readonly path: string })[]>
  /** The one object that holds this text; rejects when there is none or more than one. */
  objectWith(calendarPath: string, needle: string): Promise<DavAnswer & { readonly path: string }>
  get(path: string): Promise<DavAnswer>
  put(path: string, text: string, etag?: string | null): Promise<DavAnswer>
  delete(path: string, etag?: string): Promise<DavAnswer>
  proppatch(path: string, setProps: string): Promise<DavAnswer>
  /** `sync-token` and what the server says of a calendar since `token` (RFC 6578 §3.2); a null etag is a deletion. */
  syncCollection(
    calendarPath: string,
    token: string,
  ): Promise<{ readonly token: string; readonly changes: ReadonlyMap<string, string | null> }>
}

const dav = (name: string): ClarkName => clark('DAV:', name)
const caldav = (name: string): ClarkName => clark('urn:ietf:params:xml:ns:caldav', name)
const apple = (name: string): ClarkName => clark('http://apple.com/ns/ical/', name)
const namespaces = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:A="http://apple.com/ns/ical/"'

const textOf = (element: XmlElement | undefined): string => element?.text.trim() ?? ''
const statusOf = (element: XmlElement | undefined): number | null =>
  element === undefined ? null : Number(textOf(element).split(' ')[1])

const responsesOf = (multistatus: XmlElement): readonly DavResponse[] =>
  multistatus.childrenNamed(dav('response')).map((response) => ({
    href: textOf(response.child(dav('href'))),
    status: statusOf(response.child(dav('status'))),
    props: new Map(
      response.elements
        .filter((element) => statusOf(element.child(dav('status'))) === 200)
        .flatMap((propstat) => propstat.child(dav('prop'))?.elements ?? [])
        .map((prop) => [prop.name, prop]),
    ),
  }))

/** A CalDAV client of a few lines: Basic authentication, no cache, no state. */
export const createDavClient = (url: string, login: string, password: string): DavClient => {
  const authorization = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`

  const send = async (
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: string,
  ): Promise<DavAnswer & { readonly location: string | null }> => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { Authorization: authorization, ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(20_000),
      ...(body === undefined ? {} : { body }),
    })
    return {
      status: response.status,
      etag: response.headers.get('ETag'),
      location: response.headers.get('Location'),
      text: await response.text(),
    }
  }

  const multistatus = async (method: string, path: string, depth: string, body: string): Promise<XmlElement> => {
    const headers = { Depth: depth, 'Content-Type': 'application/xml; charset=utf-8' }
    const answer = await send(method, path, headers, `<?xml version="1.0" encoding="utf-8"?>${body}`)
    if (answer.status !== 207) throw new Error(`${method} ${path}: 207 expected, got ${answer.status}\n${answer.text}`)
    return parseXml(answer.text)
  }

  const propfind = async (path: string, depth: '0' | '1', props: string): Promise<readonly DavResponse[]> =>
    responsesOf(
      await multistatus('PROPFIND', path, depth, `<D:propfind ${namespaces}><D:prop>${props}</D:prop></D:propfind>`),
    )

  const hrefIn = async (path: string, element: string, name: ClarkName): Promise<string> => {
    const [response] = await propfind(path, '0', `<${element}/>`)
    const href = textOf(response?.props.get(name)?.child(dav('href')))
    if (href === '') throw new Error(`${path} has no ${element}`)
    return href
  }

  const calendars = async (): Promise<readonly DavCalendar[]> => {
    const { location } = await send('PROPFIND', '/.well-known/caldav', { Depth: '0' })
    if (location === null) throw new Error('/.well-known/caldav does not redirect (RFC 6764 §5)')
    const principal = await hrefIn(location, 'D:current-user-principal', dav('current-user-principal'))
    const home = await hrefIn(principal, 'C:calendar-home-set', caldav('calendar-home-set'))
    const members = await propfind(home, '1', '<D:resourcetype/><D:displayname/><A:calendar-color/>')
    return members
      .filter(({ props }) => props.get(dav('resourcetype'))?.child(caldav('calendar')) !== undefined)
      .map(({ href, props }) => ({
        path: href,
        name: textOf(props.get(dav('displayname'))),
        color: textOf(props.get(apple('calendar-color'))) || null,
      }))
  }

  const members = async (calendarPath: string): Promise<ReadonlyMap<string, string>> => {
    const found = await propfind(calendarPath, '1', '<D:getetag/><D:resourcetype/>')
    return new Map(
      found
        .filter(({ props }) => props.get(dav('resourcetype'))?.child(dav('collection')) === undefined)
        .map(({ href, props }) => [href, textOf(props.get(dav('getetag')))]),
    )
  }

  const objects = async (calendarPath: string) => {
    const found: (DavAnswer & { readonly path: string })[] = []
    const paths = [...(await members(calendarPath)).keys()]
    while (paths.length > 0) {
      const some = paths.splice(0, 8)
      found.push(...(await Promise.all(some.map(async (path) => ({ path, ...(await send('GET', path)) })))))
    }
    return found
  }

  return {
    request: send,
    propfind,
    calendars,
    members,
    objects,
    calendar: async (name) => {
      const all = await calendars()
      const found = all.find((calendar) => calendar.name === name)
      if (found === undefined) throw new Error(`no calendar ${name} among ${all.map((one) => one.name).join(', ')}`)
      return found
    },
    objectWith: async (calendarPath, needle) => {
      const found = (await objects(calendarPath)).filter(({ text }) => text.includes(needle))
      const [first] = found
      if (first === undefined || found.length > 1)
        throw new Error(`${needle}: one object expected, found ${found.length}`)
      return first
    },
    get: (path) => send('GET', path),
    put: (path, text, etag = null) =>
      send(
        'PUT',
        path,
        {
          'Content-Type': 'text/calendar; charset=utf-8',
          ...(etag === null ? { 'If-None-Match': '*' } : { 'If-Match': etag }),
        },
        text,
      ),
    delete: (path, etag) => send('DELETE', path, etag === undefined ? {} : { 'If-Match': etag }),
    proppatch: (path, setProps) =>
      send(
        'PROPPATCH',
        path,
        { 'Content-Type': 'application/xml; charset=utf-8' },
        `<D:propertyupdate ${namespaces}><D:set><D:prop>${setProps}</D:prop></D:set></D:propertyupdate>`,
      ),
    syncCollection: async (calendarPath, token) => {
      const body = `<D:sync-collection ${namespaces}><D:sync-token>${token}</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>`
      const answer = await multistatus('REPORT', calendarPath, '0', body)
      return {
        token: textOf(answer.child(dav('sync-token'))),
        changes: new Map(
          responsesOf(answer).map(({ href, status, props }) => [
            href,
            status === 404 ? null : textOf(props.get(dav('getetag'))),
          ]),
        ),
      }
    },
  }
}
