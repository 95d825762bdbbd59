import { type Component, editCalendar, parseCalendar, timeProperty } from '@dayport/core/ical'
import { differingFields, isSameSpan } from '../event/compare.ts'
import { fromExchange } from '../event/from-exchange.ts'
import type { ExchangeEvent, PortalData } from '../event/model.ts'
import type { MappingOptions } from '../event/options.ts'
import type { SingleMark } from './mark.ts'
import { putBackAmong, withPutBack } from './put-back.ts'
import { type Occurrence, overrideOf, type SplitSeries, splitSeries } from './split-series.ts'
import type { Single } from './store.ts'

/** Most occurrences that items of one series may be of; far above what is ever made at once. */
const mostMade = 5_000

/** A series, and what Exchange is to show of its occurrences. */
export interface WantedSeries {
  readonly source: PortalData & { readonly source: string }
  readonly series: SplitSeries
  /** What the item of an occurrence is to say, and the text it says it from. */
  wanted(occurrence: Occurrence): { readonly event: ExchangeEvent; readonly data: Uint8Array }
}

/** Opens a text that travels beside items. @param toEvent what the back end holds of an event. */
export const openWanted = (
  source: WantedSeries['source'],
  toEvent: (data: Uint8Array, zone: string) => ExchangeEvent,
): WantedSeries => {
  const series = splitSeries(new TextEncoder().encode(source.source), source.zone)
  const known = new Map<string, ReturnType<WantedSeries['wanted']>>()
  return {
    source,
    series,
    wanted(occurrence) {
      const before = known.get(occurrence.key)
      if (before !== undefined) return before
      const data = series.single(occurrence)
      const event = { ...toEvent(data, source.zone), uid: null, portalData: source }
      known.set(occurrence.key, { event, data })
      return { event, data }
    },
  }
}

/** The mark that says how far the newest write of a series came; `null` when no item of it is done. */
export const newestMark = (marks: readonly SingleMark[]): SingleMark | null => {
  const rev = Math.max(...marks.map((mark) => mark.rev))
  const done = marks.filter((mark) => mark.rev === rev && mark.untilMs !== null)
  return done.sort((a, b) => b.untilMs! - a.untilMs!)[0] ?? null
}

/** Whether an item says what it is to say. */
export const isAsWanted = (item: ExchangeEvent, wanted: ExchangeEvent): boolean =>
  differingFields(item, wanted).size === 0 && isSameSpan(item.span, wanted.span)

/** What the items of a series say together. */
export interface JoinedSeries {
  readonly data: Uint8Array
  readonly newest: WantedSeries
  /** Occurrences whose items are not among those given, though they were made. */
  readonly missing: readonly Occurrence[]
  /** Items that a person has put back, and for which the series has no day any more. */
  readonly astray: readonly Single[]
}

/**
 * The series that its items are: the newest text beside them, with an EXDATE for each occurrence whose item a person has deleted, and an
 * override for each that a person has edited; `missing` are those deleted. What an item was written to say is told by the text beside that very item.
 */
export const joinSingles = (
  singles: readonly Single[],
  open: (source: PortalData) => WantedSeries | null,
  mapping: MappingOptions,
): JoinedSeries | null => {
  const newestRev = Math.max(...singles.map(({ mark }) => mark.rev))
  const carrier = singles.find(({ mark, event }) => mark.rev === newestRev && event.portalData?.source != null)
  const written = carrier === undefined ? null : open(carrier.event.portalData!)
  if (written === null) return null
  const mark = newestMark(singles.map((single) => single.mark))
  const back = putBackAmong(singles, written.series, mark)
  const { text, astray } = withPutBack(written.source.source, written.source.zone, back)
  const newest = (text === written.source.source ? null : open({ ...written.source, source: text })) ?? written
  const { series, source } = newest
  const firstMs = Math.min(...singles.map(({ mark: { atMs } }) => atMs), mark?.fromMs ?? Number.POSITIVE_INFINITY)
  const lastMs = Math.max(...singles.map(({ mark: { atMs } }) => atMs + 1), mark?.untilMs ?? Number.NEGATIVE_INFINITY)
  const occurrences = series.occurrences(firstMs, lastMs, mostMade) ?? []
  const byKey = new Map(singles.map((single) => [single.mark.key, single]))
  const editor = editCalendar(series.document)
  const zones = new Set(series.calendar.components.map((component) => component.property('TZID')?.value.trim() ?? ''))
  const missing: Occurrence[] = []
  for (const occurrence of occurrences) {
    const single = byKey.get(occurrence.key)
    if (single === undefined) {
      const isMade = mark !== null && occurrence.atMs >= mark.fromMs && occurrence.atMs < mark.untilMs!
      if (!isMade) continue
      missing.push(occurrence)
      const override = series.overrides.get(occurrence.key)
      if (override !== undefined) editor.removeComponent(override)
      editor.add(series.master, timeProperty('EXDATE', occurrence.instance.recurrenceId))
      continue
    }
    const edited = editedBy(single, occurrence, newest, open, mapping)
    if (edited === null) continue
    const { event, zoneTexts } = edited
    const draft = overrideOf(event, occurrence.instance.recurrenceId)
    const override = series.overrides.get(occurrence.key)
    const isShared = override !== undefined && override.property('RECURRENCE-ID')?.params.some(isRange) === true
    if (override === undefined || isShared) editor.addComponent(series.calendar, draft)
    else editor.replaceComponent(override, draft)
    for (const [tzid, text] of zoneTexts) {
      if (zones.has(tzid)) continue
      zones.add(tzid)
      editor.addComponent(series.calendar, text)
    }
  }
  return { data: editor.toBytes(), newest: { ...newest, source }, missing, astray }
}

const isRange = ({ name }: { readonly name: string }): boolean => name === 'RANGE'

interface Edited {
  readonly event: Component
  readonly zoneTexts: ReadonlyMap<string, Uint8Array>
}

/** What a person has made of an item: the event that the series is to have there; `null` when it says what we wrote. */
const editedBy = (
  single: Single,
  occurrence: Occurrence,
  newest: WantedSeries,
  open: (source: PortalData) => WantedSeries | null,
  mapping: MappingOptions,
): Edited | null => {
  const { event } = single
  const own = event.portalData === null ? null : open(event.portalData)
  const { atMs, key } = single.mark
  const written = own?.series.occurrences(atMs, atMs + 1, 10)?.find((each) => each.key === key)
  if (own === null || written === undefined) return null
  const before = own.wanted(written).event
  const differing = differingFields(event, before)
  const isMoved = !isSameSpan(event.span, before.span)
  if (differing.size === 0 && !isMoved) return null
  const wanted = newest.wanted(occurrence)
  const fields = Object.fromEntries([...differing].map((field) => [field, event[field]]))
  const source = new TextDecoder().decode(wanted.data)
  const { uid, zone } = newest.source
  const shown: ExchangeEvent = {
    ...wanted.event,
    ...fields,
    span: isMoved ? event.span : wanted.event.span,
    portalData: { source, uid, zone },
  }
  const document = parseCalendar(fromExchange(shown, { ...mapping, zone }))
  const calendar = document.calendars[0]!
  const zoneTexts = new Map(
    calendar.components
      .filter(({ name }) => name === 'VTIMEZONE')
      .map((component) => [
        component.property('TZID')?.value.trim() ?? '',
        document.bytes.subarray(component.start, component.end),
      ]),
  )
  return { event: calendar.components.find(({ name }) => name === 'VEVENT')!, zoneTexts }
}
