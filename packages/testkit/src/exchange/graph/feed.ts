import { eventJson, type Shape, stubJson } from './event-json.ts'
import { type FakeMailboxState, itemsIn, type WindowItem } from './fake-mailbox.ts'
import { GraphFault } from './graph-fault.ts'

/** A place in a change feed; what a token of the service stands for. */
export interface FeedState {
  readonly calendar: string
  readonly startMs: number
  readonly endMs: number
  /** Changes up to here have been told; `null` before the first enumeration. */
  readonly since: number | null
  /** Rows of the running round that are still to come, by event; `null` between rounds. */
  readonly rest: readonly FeedRow[] | null
  /** Where the log stood when the round began. */
  readonly upTo: number
}

interface FeedRow {
  readonly event: string
  /** `undefined`: the event itself. */
  readonly day?: string
  readonly removed?: boolean
}

export interface FeedPage {
  readonly value: readonly Record<string, unknown>[]
  readonly next: FeedState
  readonly more: boolean
}

/** How the fake's feed behaves, as seen at the real one. */
export interface FeedTraits {
  /** Tells each event of a page twice, the second time on the next page. */
  readonly repeats: boolean
  /** An empty page with more to come before the others. */
  readonly emptyFirstPage: boolean
}

/** The next page of a feed. Contents are those of now; which items there are was decided when the round began. */
export const feedPage = (
  box: FakeMailboxState,
  state: FeedState,
  size: number,
  shape: Shape,
  nowMs: number,
  traits: FeedTraits,
): FeedPage => {
  if (!box.calendars.has(state.calendar)) {
    throw new GraphFault(404, 'ErrorItemNotFound', 'The specified object was not found in the store.')
  }
  if (state.rest === null) {
    const rest = roundOf(box, state, nowMs)
    const begun = { ...state, rest, upTo: box.seq }
    if (traits.emptyFirstPage) return { value: [], next: begun, more: true }
    return feedPage(box, begun, size, shape, nowMs, { ...traits, emptyFirstPage: false })
  }
  const rows = state.rest.slice(0, size)
  const later = state.rest.slice(size)
  const again = traits.repeats && later.length > 0 ? rows.slice(0, 1) : []
  const rest = [...again, ...later]
  const value = rows.flatMap((row) => render(box, row, shape))
  if (rest.length > 0) return { value, next: { ...state, rest }, more: true }
  return { value, next: { ...state, since: state.upTo, rest: null }, more: false }
}

const roundOf = (box: FakeMailboxState, state: FeedState, nowMs: number): FeedRow[] => {
  const since = state.since
  if (since === null) {
    return [...box.events.values()]
      .filter((event) => event.calendar === state.calendar && event.listedFromMs <= nowMs)
      .flatMap((event) => itemsIn(event, state).map(rowOf))
  }
  const touched = new Set<string>()
  for (const row of box.log)
    if (row.seq > since && row.calendar === state.calendar && !row.silent) touched.add(row.event)
  return [...touched].flatMap((id): FeedRow[] => {
    const event = box.events.get(id)
    if (event === undefined || event.calendar !== state.calendar) return [{ event: id, removed: true }]
    const items = itemsIn(event, state)
    // Gone from this view: also an event outside of it that was merely touched.
    return items.length === 0 ? [{ event: id, removed: true }] : items.map(rowOf)
  })
}

const rowOf = (item: WindowItem): FeedRow =>
  item.day === null ? { event: item.event.id } : { event: item.event.id, day: item.day }

const render = (box: FakeMailboxState, row: FeedRow, shape: Shape): Record<string, unknown>[] => {
  const event = box.events.get(row.event)
  if (row.removed === true || event === undefined) return [{ id: row.event, '@removed': { reason: 'deleted' } }]
  if (row.day === undefined) {
    const whole = eventJson({ event, day: null }, { ...shape, properties: [], exceptions: false, cancelled: false })
    return [{ '@odata.type': '#microsoft.graph.event', ...whole }]
  }
  if (event.cancelled.has(row.day)) return []
  return [stubJson({ event, day: row.day }, shape.timeZone)]
}
