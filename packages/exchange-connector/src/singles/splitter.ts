import { CalendarError, type CalendarPeer, type PeerChangePage } from '@dayport/core'
import { parseCalendar } from '@dayport/core/ical'
import { dayMs } from '../event/days.ts'
import type { ExchangeEvent, PortalData } from '../event/model.ts'
import type { MappingOptions } from '../event/options.ts'
import { carriedSource } from '../event/portal-data-of.ts'
import { hiddenSeries } from './hidden-series.ts'
import { openWanted, type WantedSeries } from './join-singles.ts'
import { splitSeries, withoutIdleExdates } from './split-series.ts'
import type { SinglesStore } from './store.ts'
import { planSingles } from './write-singles.ts'

/** Which occurrences of a series that Exchange cannot say it has as single events. */
export interface SinglesWindow {
  /** Days before and after now. */
  readonly pastDays: number
  readonly futureDays: number
  /** ms since the Unix epoch. */
  readonly now: () => number
  /**
   * Names the calendar in its single events, by which they are found again. One that is reached by the other protocol, or under another id,
   * later on needs the same name then. Default: the id, or the distinguished name, of the folder.
   */
  readonly calendar?: string
}

export interface WithSinglesOptions {
  readonly service: string
  readonly store: SinglesStore
  readonly mapping: MappingOptions
  readonly window: SinglesWindow
  readonly write: boolean
  /** Whether a page of the feed may tell of single items; default: each that tells of anything. */
  readonly concerns?: (page: PeerChangePage) => boolean
  /** What the back end holds of an event. */
  readonly toEvent: (data: Uint8Array, zone: string) => ExchangeEvent
}

/** Why a series may go as single events. What is wrong with single overrides of a series is none. */
const splittable = new Set([
  'rule-pattern',
  'short-months',
  'several-rules',
  'extra-dates',
  'rule-excluded',
  'start-outside-rule',
  'this-and-future',
])

const isSplittable = (error: unknown): boolean =>
  CalendarError.is(error, 'unrepresentable') && splittable.has(String(error.details?.reason))

/** What Exchange can hold of an event as it is; `reason` when it has to be single events, if anything. */
export type PlainProjection = { readonly data: Uint8Array } | { readonly reason: unknown }

/** Decides which series become single events. */
export interface Splitter {
  /** The window now. */
  window(): { readonly startMs: number; readonly endMs: number }
  projectPlain(data: Uint8Array): PlainProjection
  /** @throws `reason` when it cannot be split into single events either; `unrepresentable` for too many. */
  split(data: Uint8Array, reason: unknown): WantedSeries
  project(data: Uint8Array): Uint8Array
  /** Opens texts that travel beside items, each once; `null` for what is no series. */
  opener(): (source: PortalData) => WantedSeries | null
}

export const createSplitter = (plain: CalendarPeer, options: WithSinglesOptions): Splitter => {
  const { mapping, window } = options

  const windowNow = () => ({
    startMs: window.now() - window.pastDays * dayMs,
    endMs: window.now() + window.futureDays * dayMs,
  })

  const openKnown = (): ((source: PortalData) => WantedSeries | null) => {
    const known = new Map<string, WantedSeries | null>()
    return (data) => {
      if (data.source === null) return null
      const key = `${data.zone}\n${data.source}`
      const before = known.get(key)
      if (before !== undefined) return before
      let opened: WantedSeries | null = null
      try {
        opened = openWanted({ ...data, source: data.source }, options.toEvent)
      } catch (error) {
        if (!CalendarError.is(error)) throw error
      }
      known.set(key, opened)
      return opened
    }
  }

  const splitOf = (given: Uint8Array, reason: unknown): WantedSeries => {
    const shown = mapping.privateEvents === 'busy' ? hiddenSeries(given, mapping.busyText) : given
    const data = withoutIdleExdates(shown)
    const zone = mapping.zone
    const source = carriedSource(parseCalendar(data))
    if (source === null || source !== new TextDecoder().decode(data)) throw reason
    const series = splitSeries(data, zone)
    if (series.uid === '') throw reason
    const wanted = openWanted({ source, uid: series.uid, zone }, options.toEvent)
    for (const occurrence of planSingles(wanted, windowNow()).occurrences) wanted.wanted(occurrence)
    return wanted
  }

  const projectPlain = (data: Uint8Array): PlainProjection => {
    try {
      return { data: plain.project(data) }
    } catch (error) {
      if (!isSplittable(error)) throw error
      return { reason: error }
    }
  }

  const project = (data: Uint8Array): Uint8Array => {
    const found = projectPlain(data)
    if ('data' in found) return found.data
    return new TextEncoder().encode(splitOf(data, found.reason).source.source)
  }

  return { window: windowNow, projectPlain, split: splitOf, project, opener: openKnown }
}
