import { type Answer, createClient, type Send } from './client.ts'
import { days, epochMs, eventOf, nameOf, utc } from './objects.ts'
import type { RunningPeer } from './peers.ts'

export interface Figure {
  readonly perSecond: number
  readonly medianMs: number
  readonly p95Ms: number
  /** CPU time of the server for one request; of the whole machine it may be more than the wall shows. */
  readonly cpuMs: number
}

/** One thing that programs ask; `null` where a server refuses it. */
export interface Row {
  readonly title: string
  readonly connections: number
  readonly figure: Figure | null
}

interface Load {
  readonly peer: RunningPeer
  readonly total: number
  /** Wall time of one row. */
  readonly budgetMs: number
}

const davNames = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
const etags = `<propfind ${davNames}><prop><getetag/></prop></propfind>`
const calendarType = { 'content-type': 'text/calendar; charset=utf-8' }
const xml = (depth: string) => ({ 'content-type': 'application/xml; charset=utf-8', depth })
const weekMs = 7 * 86_400_000

const weekQuery = (startMs: number) =>
  `<C:calendar-query ${davNames}><prop><getetag/><C:calendar-data/></prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range start="${utc(startMs)}" end="${utc(startMs + weekMs)}"/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>`

const multiget = (hrefs: readonly string[]) =>
  `<C:calendar-multiget ${davNames}><prop><getetag/><C:calendar-data/></prop>${hrefs.map((href) => `<href>${href}</href>`).join('')}</C:calendar-multiget>`

const sync = (token: string) =>
  `<sync-collection xmlns="DAV:"><sync-token>${token}</sync-token><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>`

const tokenIn = ({ text }: Answer): string => /<(?:\w+:)?sync-token>([^<]+)</.exec(text)?.[1] ?? ''

/** Numbers that look random and are the same in every run. */
const createPick = () => {
  let state = 12_345
  return (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state % below
  }
}

/**
 * Fills the calendar, then measures every row on one connection and on eight. What is read comes before what is written: a fast
 * server must not read from a larger calendar than a slow one.
 */
export const measureRows = async ({ peer, total, budgetMs }: Load, log: (line: string) => void): Promise<Row[]> => {
  const rows: Row[] = []
  const { calendar } = peer
  await fill(peer, total)
  for (const connections of [1, 8]) {
    const client = createClient(peer.port, connections, peer.authorization)
    const { send } = client
    const pick = createPick()
    let added = 0
    let removed = 0
    const base = total + connections * 1_000_000
    const measure = async (title: string, ask: (send: Send) => Promise<Answer>, accept: readonly number[]) => {
      const figure = await measureRow(peer, send, connections, budgetMs, ask, accept)
      rows.push({ title, connections, figure })
      log(`${peer.name}, ${connections}: ${title}: ${figure === null ? 'refused' : figure.perSecond.toFixed(1)}`)
    }
    await measure('GET', (ask) => ask('GET', calendar + nameOf(pick(total))), [200])
    await measure('PROPFIND of all etags', (ask) => ask('PROPFIND', calendar, etags, xml('1')), [207])
    await measure(
      'calendar-query of a week, with data',
      (ask) => ask('REPORT', calendar, weekQuery(epochMs + pick(days - 7) * 86_400_000), xml('1')),
      [207],
    )
    await measure(
      'multiget of 50',
      (ask) => {
        const hrefs = Array.from({ length: 50 }, () => calendar + nameOf(pick(total)))
        return ask('REPORT', calendar, multiget([...new Set(hrefs)]), xml('0'))
      },
      [207],
    )
    await measure('sync-collection, initial', (ask) => ask('REPORT', calendar, sync(''), xml('0')), [207])
    const token = tokenIn(await send('REPORT', calendar, sync(''), xml('0')))
    await measure('sync-collection, nothing new', (ask) => ask('REPORT', calendar, sync(token), xml('0')), [207])
    rows.push({
      title: 'sync-collection after one change',
      connections,
      figure: token === '' ? null : await syncAfterChange(peer, send, connections, budgetMs, pick, total, token),
    })
    await measure(
      'PUT of a new object',
      (ask) => {
        const n = base + added++
        return ask('PUT', calendar + nameOf(n), eventOf(n), calendarType)
      },
      [201, 204],
    )
    await measure(
      'DELETE',
      (ask) => {
        if (removed >= added) return Promise.resolve({ status: 0, text: '', etag: undefined })
        return ask('DELETE', calendar + nameOf(base + removed++))
      },
      [200, 204],
    )
    // The next rows ask about a calendar of the same size, whoever was how fast here.
    while (removed < added) await send('DELETE', calendar + nameOf(base + removed++))
    client.close()
  }
  return rows
}

const fill = async (peer: RunningPeer, total: number): Promise<void> => {
  const client = createClient(peer.port, 8, peer.authorization)
  let next = 0
  const put = async () => {
    const n = next++
    const { status, text } = await client.send('PUT', peer.calendar + nameOf(n), eventOf(n), calendarType)
    if (status !== 201 && status !== 204) throw new Error(`${peer.name} answered ${status} to a PUT: ${text}`)
  }
  const lane = async () => {
    while (next < total) await put()
  }
  // The first one alone: DAViCal cannot learn a time zone twice at once.
  await put()
  await Promise.all(Array.from({ length: 8 }, lane))
  client.close()
}

const measureRow = async (
  peer: RunningPeer,
  send: Send,
  connections: number,
  budgetMs: number,
  ask: (send: Send) => Promise<Answer>,
  accept: readonly number[],
): Promise<Figure | null> => {
  const times: number[] = []
  let refused = false
  let over = false
  // Nobody's first request counts: caches fill, connections open.
  const first = await ask(send)
  if (!accept.includes(first.status)) return null
  const cpuBefore = peer.usage().cpuMs
  const began = performance.now()
  const lane = async () => {
    while (!over && performance.now() - began < budgetMs) {
      const at = performance.now()
      const { status } = await ask(send)
      if (status === 0) over = true
      else if (accept.includes(status)) times.push(performance.now() - at)
      else {
        refused = true
        over = true
      }
    }
  }
  await Promise.all(Array.from({ length: connections }, lane))
  const elapsedMs = performance.now() - began
  if (refused || times.length === 0) return null
  return figureOf(times, times.length / (elapsedMs / 1000), (peer.usage().cpuMs - cpuBefore) / times.length)
}

const figureOf = (times: number[], perSecond: number, cpuMs: number): Figure => {
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN
  return { perSecond, medianMs: at(0.5), p95Ms: at(0.95), cpuMs }
}

/** Each connection changes an object and then asks what is new to it; only the asking counts. */
const syncAfterChange = async (
  peer: RunningPeer,
  send: Send,
  connections: number,
  budgetMs: number,
  pick: (below: number) => number,
  total: number,
  token: string,
): Promise<Figure | null> => {
  const times: number[] = []
  let refused = false
  let sequence = 1
  const began = performance.now()
  const lane = async () => {
    let since = token
    while (!refused && performance.now() - began < budgetMs) {
      const n = pick(total)
      await send('PUT', peer.calendar + nameOf(n), eventOf(n, sequence++), calendarType)
      const at = performance.now()
      const answer = await send('REPORT', peer.calendar, sync(since), xml('0'))
      if (answer.status !== 207) refused = true
      times.push(performance.now() - at)
      since = tokenIn(answer)
    }
  }
  await Promise.all(Array.from({ length: connections }, lane))
  if (refused) return null
  const meanMs = times.reduce((sum, ms) => sum + ms, 0) / times.length
  return figureOf(times, (connections * 1000) / meanMs, Number.NaN)
}
