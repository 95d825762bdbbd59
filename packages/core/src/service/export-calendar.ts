import type { CalendarId } from '../calendar.ts'
import { CalendarError } from '../errors.ts'
import {
  type ObjectSlice,
  objectSlice,
  resolveKnownZone,
  serializeProperty,
  textProperty,
  vtimezoneText,
} from '../ical/index.ts'
import type { Principal } from '../principal.ts'
import type { CallOptions } from '../store.ts'
import { nextTurn } from './next-turn.ts'
import type { ServiceParts } from './objects.ts'

export interface ExportService {
  /**
   * A whole calendar as one VCALENDAR, piece by piece: each object's components as stored, each VTIMEZONE once, before its first
   * use; of two that bear one TZID the first is kept, and one that an object names without carrying it is written from the runtime's data.
   * Objects are as the person sees them.
   *
   * @throws {CalendarError} `not-found`.
   */
  exportCalendar(who: Principal, calendar: CalendarId, options?: CallOptions): AsyncIterable<Uint8Array>
}

/** A reader that is always ready must not keep everybody else waiting. */
const objectsPerTurn = 100
const encoder = new TextEncoder()
const head = encoder.encode('BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Dayport//Export//EN\r\n')
/** RFC 5545 §3.6.5 wants every TZID explained; programs that store without a VTIMEZONE mean the usual zone. */
const firstYearMs = Date.UTC(1970, 0, 1)
const tenYearsMs = 10 * 366 * 86_400_000
const foot = encoder.encode('END:VCALENDAR\r\n')

export const createExportService = (
  { store, reads, gate }: Pick<ServiceParts, 'store' | 'reads' | 'gate'>,
  onError: (error: unknown) => void,
): ExportService => ({
  exportCalendar: async function* exportCalendar(who, calendar, options) {
    const detail = await gate.detailFor(who, calendar, options)
    const shown = await store.getCalendar(calendar, options)
    if (shown === null) throw new CalendarError('not-found', 'there is no such calendar')
    yield head
    yield serializeProperty(textProperty('X-WR-CALNAME', shown.displayName))
    const zones = new Set<string>()
    let count = 0
    for await (const object of reads.findObjects(detail, calendar, {}, options)) {
      count += 1
      if (count % objectsPerTurn === 0) await nextTurn()
      const slice = sliceOrNull(object.data, onError)
      if (slice === null) continue
      for (const [tzid, zone] of slice.timezones) {
        if (zones.has(tzid)) continue
        zones.add(tzid)
        yield zone
      }
      for (const tzid of object.index.tzids) {
        if (zones.has(tzid) || resolveKnownZone(tzid) === null) continue
        zones.add(tzid)
        yield encoder.encode(vtimezoneText(tzid, { fromMs: firstYearMs, toMs: shown.modifiedMs + tenYearsMs }))
      }
      yield slice.body
    }
    yield foot
  },
})

/** `null` for bytes that no service has let in: one broken object must not cost a person their whole export. */
const sliceOrNull = (data: Uint8Array, onError: (error: unknown) => void): ObjectSlice | null => {
  try {
    return objectSlice(data)
  } catch (error) {
    if (!CalendarError.is(error)) throw error
    onError(error)
    return null
  }
}
