import { CalendarError, type InstantRange, type PeerChange, type PeerChangePage, RemoteError } from '@dayport/core'
import { z } from 'zod'
import type { GraphClient } from './client.ts'
import { etagOfKey, unknownEtag } from './etag.ts'
import type { GraphAnswer, SendOptions } from './request.ts'
import { deltaPage, eventList, graphEvent } from './wire.ts'

/** Which calendar, and how it is read. */
export interface FeedOptions {
  readonly client: GraphClient
  readonly user: string
  readonly calendar: string
  readonly now: () => number
}

export interface FeedCall extends SendOptions {
  readonly limit?: number
  readonly window?: InstantRange
}

const dayMs = 86_400_000
/** The service's longest view: five years. */
const longestMs = 1825 * dayMs
/** Changes are looked for this long before the last round began: the service's clocks differ a little. */
const overlapMs = 2 * 60_000
const defaultPage = 200

/** What our token says. The window is in the service's own link, and here for those who read a log. */
const token = z.object({
  user: z.string(),
  calendar: z.string(),
  window: z.tuple([z.number(), z.number()]),
  /** Where to go on, behind the base address. */
  path: z.string().startsWith('/'),
  phase: z.enum(['delta', 'series']),
  /** Where the next round goes on, kept while series are looked for. */
  later: z.string().startsWith('/').nullable(),
  /** When the running round began, by the service's clock; `null` before its first answer. */
  begunMs: z.number().nullable(),
  /** When the last whole round began; `null` in the first. */
  lastMs: z.number().nullable(),
})
type Token = z.output<typeof token>

const prefix = 'graph1:'

/**
 * The change feed of a calendar over a window. A page names events, never occurrences: a stub of one stands for its series. A row that is
 * told as removed is a hint: it may only have left the window. After the service's own feed each later round asks for series that were
 * touched since, because the feed says nothing of a deleted occurrence.
 *
 * @throws {CalendarError} `invalid-sync-token` for a foreign token and for one that the service has given up.
 */
export const readFeed = async (
  options: FeedOptions,
  since: string | null,
  call: FeedCall = {},
): Promise<PeerChangePage> => {
  const state = since === null ? begin(options, call.window) : readToken(options, since)
  return state.phase === 'delta' ? deltaRound(options, state, call) : seriesRound(options, state, call)
}

const begin = (options: FeedOptions, window: InstantRange | undefined): Token => {
  const [startMs, endMs] = boundsOf(window, options.now())
  const query = `startDateTime=${instant(startMs)}&endDateTime=${instant(endMs)}`
  return {
    user: options.user,
    calendar: options.calendar,
    window: [startMs, endMs],
    path: `${calendarPath(options)}/calendarView/delta?${query}`,
    phase: 'delta',
    later: null,
    begunMs: null,
    lastMs: null,
  }
}

/** Default: a month back to twelve months ahead. Open and longer windows end where the service's longest view ends. */
const boundsOf = (window: InstantRange | undefined, nowMs: number): readonly [number, number] => {
  if (window === undefined) return [nowMs - 31 * dayMs, nowMs + 366 * dayMs]
  const startMs = Number.isFinite(window.startMs) ? window.startMs : Math.min(nowMs, window.endMs) - longestMs / 2
  return [startMs, Math.min(window.endMs, startMs + longestMs)]
}

export const calendarPath = ({ user, calendar }: { readonly user: string; readonly calendar: string }): string =>
  `/users/${encodeURIComponent(user)}/calendars/${encodeURIComponent(calendar)}`

const instant = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`

const readToken = (options: FeedOptions, text: string): Token => {
  const read = token.safeParse(text.startsWith(prefix) ? parseJson(text.slice(prefix.length)) : undefined)
  if (!read.success || read.data.user !== options.user || read.data.calendar !== options.calendar) {
    throw new CalendarError('invalid-sync-token', 'The sync token is not one of this calendar')
  }
  return read.data
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const writeToken = (state: Token): string => `${prefix}${JSON.stringify(state)}`

const deltaRound = async (options: FeedOptions, state: Token, call: FeedCall): Promise<PeerChangePage> => {
  const answer = await readPage(options, state.path, call.limit ?? defaultPage, call)
  const read = deltaPage.safeParse(answer.body)
  const link = read.success ? (read.data['@odata.nextLink'] ?? read.data['@odata.deltaLink']) : null
  if (!read.success || link === null) throw unreadable('Expected a page of the change feed')
  const changes = latest(read.data.value.map(changeOf))
  const path = options.client.pathOf(link)
  const serverMs = answer.dateMs
  const begunMs = state.begunMs ?? answer.dateMs ?? options.now()
  if (read.data['@odata.nextLink'] !== null) {
    return { changes, token: writeToken({ ...state, path, begunMs }), more: true, serverMs }
  }
  if (state.lastMs === null) {
    return { changes, token: writeToken(nextRound(state, path, begunMs)), more: false, serverMs }
  }
  const filter = `lastModifiedDateTime ge ${instant(state.lastMs - overlapMs)}`
  const query = `$filter=${encodeURIComponent(filter)}&$select=id,type&$top=100`
  return {
    changes,
    token: writeToken({
      ...state,
      phase: 'series',
      path: `${calendarPath(options)}/events?${query}`,
      later: path,
      begunMs,
    }),
    more: true,
    serverMs,
  }
}

/** A page that takes the service too long is asked for with half of the rows. */
const readPage = async (options: FeedOptions, path: string, size: number, call: FeedCall): Promise<GraphAnswer> => {
  const prefer = [`odata.maxpagesize=${size}`]
  try {
    return await options.client.send(options.user, { method: 'GET', path, prefer, divisible: size > 1 }, call)
  } catch (error) {
    if (!RemoteError.is(error, 'too-big')) throw error
    return readPage(options, path, Math.ceil(size / 2), call)
  }
}

const seriesRound = async (options: FeedOptions, state: Token, call: FeedCall): Promise<PeerChangePage> => {
  const later = state.later ?? state.path
  const done = writeToken(nextRound(state, later, state.begunMs ?? options.now()))
  let answer: GraphAnswer
  try {
    answer = await options.client.send(options.user, { method: 'GET', path: state.path }, call)
  } catch (error) {
    // A server that does not know the filter: its feed alone has to do.
    if (RemoteError.is(error, 'request')) return { changes: [], token: done, more: false }
    throw error
  }
  const serverMs = answer.dateMs
  const read = eventList.safeParse(answer.body)
  if (!read.success) throw unreadable('Expected a page of a list of events')
  const changes = read.data.value.flatMap((value): readonly PeerChange[] => {
    const event = graphEvent.safeParse(value)
    if (!event.success || event.data.type !== 'seriesMaster') return []
    return [changeOf(event.data)]
  })
  const link = read.data['@odata.nextLink']
  if (link === null) return { changes, token: done, more: false, serverMs }
  return { changes, token: writeToken({ ...state, path: options.client.pathOf(link) }), more: true, serverMs }
}

const nextRound = (state: Token, path: string, begunMs: number): Token => ({
  ...state,
  phase: 'delta',
  path,
  later: null,
  begunMs: null,
  lastMs: begunMs,
})

type Row = Pick<z.output<typeof deltaPage>['value'][number], 'id' | 'type' | 'seriesMasterId' | '@odata.etag'> & {
  readonly '@removed'?: unknown
}

const changeOf = (row: Row): PeerChange => {
  if (row['@removed'] !== undefined && row['@removed'] !== null) return { name: row.id, etag: null, origin: null }
  const key = etagOfKey(row['@odata.etag'], null)
  if (row.type === 'singleInstance') return { name: row.id, etag: key, origin: null }
  return { name: row.seriesMasterId ?? row.id, etag: unknownEtag(key), origin: null }
}

/** Each name once, by its last row; one that is also there is not gone. */
const latest = (changes: readonly PeerChange[]): readonly PeerChange[] => {
  const byName = new Map<string, PeerChange>()
  for (const change of changes) if (change.etag !== null || !byName.has(change.name)) byName.set(change.name, change)
  return [...byName.values()]
}

const unreadable = (message: string) =>
  new RemoteError(message, { service: 'graph', kind: 'transient', status: 200, retryable: true })
