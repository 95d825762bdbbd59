import type { InstantRange } from '@dayport/core'
import {
  expandSeries,
  masterComponent,
  overrideComponents,
  parseCalendar,
  readText,
  seriesFacts,
} from '@dayport/core/ical'
import type { ItemUpload, ListItem, MappingContext } from '@dayport/outlook-sync'
import type { OutlookFields, ShownList } from '@dayport/testkit'

const dayMs = 86_400_000

export const nowMs = Date.UTC(2026, 2, 1, 12)

export const context: MappingContext = {
  nowMs,
  window: { startMs: Date.UTC(2025, 10, 29), endMs: Date.UTC(2027, 2, 2) },
  timeZone: 'Europe/Moscow',
  newUid: () => 'new-uid',
}

/** The window without its edges, where an all-day event is in or out by the zone that it is read in. */
export const inner: InstantRange = {
  startMs: context.window.startMs + 2 * dayMs,
  endMs: context.window.endMs - 2 * dayMs,
}

/** Where series that are not expanded are to be right too, in zones whose rules stay. */
export const wide: InstantRange = { startMs: Date.UTC(2025, 4, 1), endMs: Date.UTC(2028, 2, 1) }

/** How many times the usual number of runs a property test makes: `DAYPORT_OUTLOOK_RUNS=50` for a long look. */
export const runs = Number(process.env.DAYPORT_OUTLOOK_RUNS ?? 1)

/** `start end day|time title @place`, the lines of a calendar that are compared. */
export type OccurrenceLine = string

const lineOf = (startMs: number, endMs: number, allDay: boolean, title: string, location: string): OccurrenceLine => {
  const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16)
  return `${iso(startMs)} ${iso(endMs)} ${allDay ? 'day' : 'time'} ${title} @${location}`
}

const overlaps = (startMs: number, endMs: number, range: InstantRange): boolean =>
  startMs < range.endMs && (endMs > range.startMs || startMs >= range.startMs)

/** What happens by iCalendar: the expansion of core, without what is cancelled. */
export const trueOccurrences = (
  data: Uint8Array,
  range: InstantRange,
  timeZone = context.timeZone,
): OccurrenceLine[] => {
  const document = parseCalendar(data)
  const master = masterComponent(document)
  const overrides = overrideComponents(document)
  const about = { startMs: range.startMs - 40 * dayMs, endMs: range.endMs + 2 * dayMs }
  const { instances, truncated } = expandSeries(seriesFacts(document), {
    range: about,
    floatingZone: timeZone,
    maxInstances: 100_000,
  })
  if (truncated) throw new Error('the true occurrences are too many to be told')
  return instances
    .flatMap((instance) => {
      const component = instance.override === null ? master : (overrides[instance.override] ?? null)
      const text = (name: string): string => {
        const property = component?.property(name)
        return property === undefined ? '' : readText(property)
      }
      if (component === null || text('STATUS') === 'CANCELLED') return []
      const allDay = instance.start.kind === 'date'
      const dateMs = (time: typeof instance.start, ms: number): number =>
        time.kind === 'date' ? Date.parse(`${time.date}T00:00:00Z`) : ms
      const startMs = dateMs(instance.start, instance.startMs)
      const lastMs = allDay ? dateMs(instance.end, instance.endMs) : instance.endMs
      const endMs = allDay ? Math.max(lastMs, startMs + dayMs) : lastMs
      if (!overlaps(startMs, endMs, range)) return []
      return [lineOf(startMs, endMs, allDay, text('SUMMARY') || '(no title)', text('LOCATION'))]
    })
    .sort()
}

export const shownLines = ({ occurrences }: ShownList): OccurrenceLine[] =>
  occurrences
    .map(({ startMs, endMs, allDay, title, location }) => lineOf(startMs, endMs, allDay, title, location))
    .sort()

/** A GUID for a series, as the binding table would give one. */
const guidOf = (key: string): string => {
  const hex = [...key].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) >>> 0, 7).toString(16)
  return `{00000000-0000-4000-8000-${hex.toUpperCase().padStart(12, '0')}}`
}

const eventTypes = { single: '0', master: '1', deleted: '3', exception: '4' } as const

/** The fields of an item as its row has them; see specification section 5.3. */
export const fieldsOf = (item: ListItem, id: number): OutlookFields => ({
  ID: String(id),
  EventType: eventTypes[item.kind],
  fRecurrence: item.kind === 'single' ? '0' : '1',
  Title: item.title,
  Location: item.location,
  Description: item.description,
  EventDate: item.start,
  EndDate: item.end,
  Duration: String(item.durationSeconds),
  fAllDayEvent: item.allDay ? '1' : '0',
  ...(item.kind === 'single' ? {} : { UID: guidOf(item.masterKey ?? item.key) }),
  ...(item.recurrenceId === null ? {} : { RecurrenceID: item.recurrenceId }),
  ...(item.recurrenceData === null ? {} : { RecurrenceData: item.recurrenceData }),
  ...(item.timeZoneXml === null ? {} : { XMLTZone: item.timeZoneXml }),
})

export const rowsOf = (items: readonly ListItem[]): OutlookFields[] =>
  items.map((item, index) => fieldsOf(item, index + 1))

/** The fields as a client sends them. */
export const uploadOf = (
  fields: Readonly<Record<string, string>>,
  bag: Readonly<Record<string, string>> = {},
): ItemUpload => ({
  fields: new Map(Object.entries(fields)),
  bag: new Map(Object.entries(bag)),
})
