import type { CallOptions, Transaction, WriteOptions } from '@dayport/core'
import { DavError } from '../errors.ts'
import { type Exchange, liveLocks } from '../exchange.ts'
import { covers } from '../files/file-store.ts'
import { homeToken, knownOf } from '../reports/home-state.ts'
import { calendarsOf, locateCalendar } from '../resources.ts'
import type { Address } from './hrefs.ts'
import { tokenUri } from './sync-token.ts'

/** One thing that a list asks of the resource: a state token (of sync, RFC 6578 §5, or of a lock) or an etag. */
export interface IfTest {
  readonly not: boolean
  readonly kind: 'token' | 'etag'
  readonly value: string
}

/** A parenthesised list: every test must hold. `tag` is the resource that it speaks of; `null`: the request's. */
export interface IfList {
  readonly tag: string | null
  readonly tests: readonly IfTest[]
}

/**
 * Reads `If`, RFC 4918 §10.4.2, in one pass.
 *
 * @throws {DavError} 400 when it is malformed: a write must not go on as if its condition were not there.
 */
export const parseIfHeader = (text: string): readonly IfList[] => {
  const lists: IfList[] = []
  let tag: string | null = null
  let tests: IfTest[] | null = null
  let not = false
  let at = 0
  const until = (close: string): string => {
    const end = text.indexOf(close, at + 1)
    if (end < 0) throw malformed()
    const value = text.slice(at + 1, end)
    at = end + 1
    return value
  }
  while (at < text.length) {
    const char = text[at]
    if (char === ' ' || char === '\t') at++
    else if (tests === null) {
      if (char === '<') tag = until('>')
      else if (char === '(') {
        tests = []
        at++
      } else throw malformed()
    } else if (char === ')') {
      if (tests.length === 0 || not) throw malformed()
      lists.push({ tag, tests })
      tests = null
      at++
    } else if (char === '<') {
      tests.push({ not, kind: 'token', value: until('>') })
      not = false
    } else if (char === '[') {
      tests.push({ not, kind: 'etag', value: until(']') })
      not = false
    } else if (!not && text.slice(at, at + 3).toLowerCase() === 'not') {
      not = true
      at += 3
    } else throw malformed()
  }
  if (tests !== null || lists.length === 0) throw malformed()
  return lists
}

const malformed = (): DavError => new DavError(400, { message: 'Expected If to hold lists of tokens and etags' })

/**
 * Runs a write. With an `If` header both its test and the write are one unit of work: one list that holds is enough (RFC 4918
 * §10.4.3). `call` is what the write hands on to the service.
 *
 * @throws {DavError} 412 when no list holds; 400 when the header is malformed.
 */
export const writeUnderIf = async <T>(x: Exchange, write: (call: WriteOptions) => Promise<T>): Promise<T> => {
  const lists = ifLists(x)
  const call: WriteOptions = { origin: { door: 'caldav' }, signal: x.request.signal }
  if (lists === null) return write(call)
  return x.service.transaction(async (tx) => {
    await assertIf(x, lists, tx)
    return write({ ...call, tx })
  })
}

/** The lists of the request's `If`; `null` when there is none. @throws {DavError} 400 when it is malformed. */
export const ifLists = ({ request }: Pick<Exchange, 'request'>): readonly IfList[] | null => {
  const text = request.headers.get('if')
  return text === null ? null : parseIfHeader(text)
}

/** For methods that only look. @throws {DavError} 412 when there is an `If` of which no list holds. */
export const assertIfHolds = async (x: Exchange): Promise<void> => {
  const lists = ifLists(x)
  if (lists !== null) await assertIf(x, lists)
}

/** @throws {DavError} 412 when no list holds. */
export const assertIf = async (x: Exchange, lists: readonly IfList[], tx?: Transaction): Promise<void> => {
  for (const list of lists) {
    const state = await stateOf(x, list.tag, tx === undefined ? {} : { tx })
    const holds = ({ not, kind, value }: IfTest) =>
      not !== (kind === 'token' ? state.tokens.includes(value) : state.etag === value)
    if (list.tests.every(holds)) return
  }
  throw new DavError(412, { message: 'If does not describe the current state' })
}

interface State {
  readonly tokens: readonly string[]
  readonly etag: string | null
}

const noState: State = { tokens: [], etag: null }

const stateOf = async (x: Exchange, tag: string | null, call: CallOptions): Promise<State> => {
  const address = tag === null ? x.address : x.hrefs.parse(tag)
  if (address?.kind === 'file') return fileState(x, address, call)
  if (address?.kind === 'home') return homeState(x, address, call)
  if (address?.kind !== 'calendar' && address?.kind !== 'object') return noState
  const parent = await locateCalendar(x, address)
  if (parent === null) return noState
  const calendar = await x.service.getCalendar(x.who, parent.calendar.id, call)
  if (address.kind === 'calendar') {
    return { tokens: calendar === null ? [] : [tokenUri(calendar.syncToken)], etag: null }
  }
  const object = await x.service.getObject(x.who, { calendar: parent.calendar.id, name: address.name }, call)
  return { tokens: [], etag: object?.etag ?? null }
}

const homeState = async (
  x: Exchange,
  { login }: Extract<Address, { kind: 'home' }>,
  call: CallOptions,
): Promise<State> => {
  const owner = login === x.me.login ? x.me : await x.principals.findPrincipal(login)
  if (owner === null) return noState
  const calendars = await calendarsOf(x, owner, call)
  return { tokens: [homeToken(calendars.map(knownOf))], etag: null }
}

const fileState = async (
  x: Exchange,
  { login, path }: Extract<Address, { kind: 'file' }>,
  call: CallOptions,
): Promise<State> => {
  const owner = login === x.me.login ? x.me : await x.principals.findPrincipal(login)
  if (x.files === null || owner?.id !== x.me.id) return noState
  const locks = (await liveLocks(x, x.me.id, call)).filter((lock) => covers(lock, path))
  const node = await x.files.getNode(x.me.id, path, call)
  return { tokens: locks.map(({ token }) => token), etag: node?.etag ?? null }
}
