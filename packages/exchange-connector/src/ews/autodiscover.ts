import { type CallOptions, RemoteError } from '@dayport/core'
import { createXmlWriter, parseXml, type XmlElement, XmlError } from '@dayport/core/xml'
import { service } from './failure.ts'

const outlookRequest = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006'
const outlookResponse = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a'
const soapNamespace = 'http://schemas.xmlsoap.org/soap/envelope/'
const addressing = 'http://www.w3.org/2005/08/addressing'
const settings = 'http://schemas.microsoft.com/exchange/2010/Autodiscover'

/** What an autodiscover answer says. */
export type AutodiscoverAnswer =
  | { readonly kind: 'found'; readonly url: string }
  /** Ask at that address instead. */
  | { readonly kind: 'redirect'; readonly url: string }
  /** Ask for that SMTP address instead. */
  | { readonly kind: 'address'; readonly email: string }
  | { readonly kind: 'none' }

/** The body of the older request, at `/autodiscover/autodiscover.xml` (POX). */
export const buildPox = (email: string): string =>
  createXmlWriter({ namespaces: { '': outlookRequest } })
    .open(`{${outlookRequest}}Autodiscover`)
    .open(`{${outlookRequest}}Request`)
    .element(`{${outlookRequest}}EMailAddress`, email)
    .element(`{${outlookRequest}}AcceptableResponseSchema`, outlookResponse)
    .close()
    .close()
    .take()

/** Reads the answer to it; anything else is `none`. */
export const parsePox = (text: Uint8Array | string): AutodiscoverAnswer => {
  const root = readXml(text)
  const account = root === null ? undefined : find(root, 'Account')
  const word = (local: string): string => (account === undefined ? '' : (find(account, local)?.text.trim() ?? ''))
  if (account === undefined) return { kind: 'none' }
  if (word('Action').toLowerCase() === 'redirecturl') return { kind: 'redirect', url: word('RedirectUrl') }
  if (word('Action').toLowerCase() === 'redirectaddr') return { kind: 'address', email: word('RedirectAddr') }
  // EXPR is how the server is reached from outside, EXCH from inside.
  const protocols = childrenOf(account, 'Protocol')
  for (const type of ['EXPR', 'EXCH', 'WEB']) {
    const protocol = protocols.find((each) => find(each, 'Type')?.text.trim() === type)
    const url = protocol === undefined ? '' : (find(protocol, 'EwsUrl')?.text.trim() ?? '')
    if (url !== '') return { kind: 'found', url }
  }
  return { kind: 'none' }
}

/** The body of GetUserSettings, at `/autodiscover/autodiscover.svc` (SOAP). */
export const buildGetUserSettings = (email: string, url: string): string => {
  const a = (local: string) => `{${settings}}${local}`
  const writer = createXmlWriter({ namespaces: { soap: soapNamespace, wsa: addressing, a: settings } })
  writer.open(`{${soapNamespace}}Envelope`).open(`{${soapNamespace}}Header`)
  writer.element(a('RequestedServerVersion'), 'Exchange2013_SP1')
  writer.element(`{${addressing}}Action`, `${settings}/Autodiscover/GetUserSettings`)
  writer.element(`{${addressing}}To`, url).close()
  writer.open(`{${soapNamespace}}Body`).open(a('GetUserSettingsRequestMessage')).open(a('Request'))
  writer.open(a('Users')).open(a('User')).element(a('Mailbox'), email).close().close()
  writer.open(a('RequestedSettings'))
  for (const name of ['ExternalEwsUrl', 'InternalEwsUrl']) writer.element(a('Setting'), name)
  return writer.close().close().close().close().close().take()
}

/** Reads the answer to it; anything else is `none`. */
export const parseGetUserSettings = (text: Uint8Array | string): AutodiscoverAnswer => {
  const root = readXml(text)
  const user = root === null ? undefined : find(root, 'UserResponse')
  if (user === undefined) return { kind: 'none' }
  const code = childrenOf(user, 'ErrorCode')[0]?.text.trim() ?? ''
  const target = childrenOf(user, 'RedirectTarget')[0]?.text.trim() ?? ''
  if (code === 'RedirectUrl' && target !== '') return { kind: 'redirect', url: target }
  if (code === 'RedirectAddress' && target !== '') return { kind: 'address', email: target }
  const values = new Map(
    descendants(user, 'UserSetting').map((setting) => [
      find(setting, 'Name')?.text.trim() ?? '',
      find(setting, 'Value')?.text.trim() ?? '',
    ]),
  )
  const url = values.get('ExternalEwsUrl') || values.get('InternalEwsUrl') || ''
  return url === '' ? { kind: 'none' } : { kind: 'found', url }
}

/** Reads the answer of `/autodiscover/autodiscover.json`, which needs no sign-in. */
export const parseAutodiscoverJson = (text: string): AutodiscoverAnswer => {
  try {
    const value: unknown = JSON.parse(text)
    const url = typeof value === 'object' && value !== null && 'Url' in value ? value.Url : null
    return typeof url === 'string' && url !== '' ? { kind: 'found', url } : { kind: 'none' }
  } catch {
    return { kind: 'none' }
  }
}

export interface DiscoverOptions extends CallOptions {
  readonly email: string
  readonly fetch: typeof fetch
  /** Origins that the administrator named: only these ever get credentials. Others are asked without. */
  readonly trusted: readonly string[]
  /** Value of the Authorization header for a trusted origin; `null` when there is none. */
  readonly authorization: string | null
  /** For each request; default 10 000. */
  readonly timeoutMs?: number
}

/** `confirm`: the server points to an origin that the administrator has to name before it gets credentials. */
export type Discovery =
  | { readonly kind: 'found'; readonly url: string }
  | { readonly kind: 'confirm'; readonly origin: string }
  | { readonly kind: 'none' }

const maxHops = 5

/**
 * Finds the address of EWS for a mailbox: JSON without a sign-in at each origin, then SOAP and POX at those that are trusted. No redirect is
 * followed with credentials to an origin that was not named.
 *
 * @throws {RemoteError} `configuration` for what is no SMTP address.
 */
export const discoverEws = async (options: DiscoverOptions): Promise<Discovery> => {
  const domain = /^[^@\s]+@([a-z0-9.-]+)$/i.exec(options.email)?.[1]?.toLowerCase()
  if (domain === undefined) {
    throw new RemoteError('Expected an SMTP address', {
      service,
      kind: 'configuration',
      status: null,
      retryable: false,
    })
  }
  const trusted = new Set(options.trusted.map((origin) => new URL(origin).origin))
  const waiting = [...trusted, `https://autodiscover.${domain}`, `https://${domain}`]
  const tried = new Set<string>()
  let unknown: string | null = null
  let email = options.email
  for (let hops = 0; waiting.length > 0 && hops < maxHops + 3; hops++) {
    const origin = waiting.shift()!
    if (tried.has(origin)) continue
    tried.add(origin)
    for (const answer of await askOrigin(origin, email, trusted.has(origin), options)) {
      if (answer.kind === 'found' && isSecure(answer.url)) return { kind: 'found', url: answer.url }
      if (answer.kind === 'address') {
        email = answer.email
        tried.delete(origin)
        waiting.push(origin)
      }
      if (answer.kind !== 'redirect' || !isSecure(answer.url)) continue
      const next = new URL(answer.url).origin
      if (trusted.has(next)) waiting.unshift(next)
      else unknown ??= next
    }
  }
  return unknown === null ? { kind: 'none' } : { kind: 'confirm', origin: unknown }
}

const isSecure = (url: string): boolean => URL.canParse(url) && new URL(url).protocol === 'https:'

const askOrigin = async (
  origin: string,
  email: string,
  isTrusted: boolean,
  options: DiscoverOptions,
): Promise<readonly AutodiscoverAnswer[]> => {
  const json = `${origin}/autodiscover/autodiscover.json/v1.0/${encodeURIComponent(email)}?Protocol=EWS`
  const answers = [await ask(json, null, null, parseAutodiscoverJson, options)]
  if (answers[0]!.kind === 'found' || !isTrusted) return answers
  const svc = `${origin}/autodiscover/autodiscover.svc`
  answers.push(await ask(svc, buildGetUserSettings(email, svc), options.authorization, parseGetUserSettings, options))
  if (answers[1]!.kind !== 'none') return answers
  answers.push(
    await ask(`${origin}/autodiscover/autodiscover.xml`, buildPox(email), options.authorization, parsePox, options),
  )
  return answers
}

/** An origin that does not answer knows nothing. */
const ask = async (
  url: string,
  body: string | null,
  authorization: string | null,
  parse: (text: string) => AutodiscoverAnswer,
  { fetch, signal, timeoutMs = 10_000 }: DiscoverOptions,
): Promise<AutodiscoverAnswer> => {
  const limit = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      ...(body === null ? {} : { method: 'POST', body }),
      headers: {
        Accept: body === null ? 'application/json' : 'text/xml',
        ...(body === null ? {} : { 'Content-Type': 'text/xml; charset=utf-8' }),
        ...(authorization === null ? {} : { Authorization: authorization }),
      },
    })
    const location = response.headers.get('Location')
    if (response.status >= 300 && response.status < 400 && location !== null && URL.canParse(location, url)) {
      return { kind: 'redirect', url: new URL(location, url).href }
    }
    const text = await response.text()
    return response.ok && text.length < 1_000_000 ? parse(text) : { kind: 'none' }
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof RangeError) throw error
    return { kind: 'none' }
  }
}

const readXml = (text: Uint8Array | string): XmlElement | null => {
  try {
    return parseXml(text)
  } catch (error) {
    if (XmlError.is(error)) return null
    throw error
  }
}

const isNamed = (element: XmlElement, local: string): boolean =>
  element.name === local || element.name.endsWith(`}${local}`)

const childrenOf = (element: XmlElement, local: string): readonly XmlElement[] =>
  element.elements.filter((child) => isNamed(child, local))

const descendants = (element: XmlElement, local: string): readonly XmlElement[] =>
  element.elements.flatMap((child) => [...(isNamed(child, local) ? [child] : []), ...descendants(child, local)])

const find = (element: XmlElement, local: string): XmlElement | undefined => descendants(element, local)[0]
