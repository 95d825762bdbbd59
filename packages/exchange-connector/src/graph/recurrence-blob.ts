import { dateOf } from '../event/days.ts'

/** Minutes from 1601 to the Unix epoch. */
const epochMinutes = Math.round(-Date.UTC(1601, 0, 1) / 60_000)
const maxDates = 5_000

/** What a series records of its own occurrences. */
export interface TouchedDays {
  /** Original days of deleted and of changed occurrences, in the zone of the series. */
  readonly days: readonly string[]
  /** How many of them are changed. */
  readonly changed: number
}

/** Reads PidLidAppointmentRecur, MS-OXOCAL §2.2.1.44.1; `null` when it cannot be read. */
export const touchedDays = (base64: string): TouchedDays | null => {
  try {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
    const data = new DataView(bytes.buffer)
    if (data.getUint16(0, true) !== 0x3004 || data.getUint16(2, true) !== 0x3004) return null
    const specific = specificBytes(data.getUint16(6, true))
    if (specific === null) return null
    // Versions, frequency, type and calendar; first time, period and flag; the pattern's own; end, count and first day of the week.
    const at = 10 + 12 + specific + 12
    const count = data.getUint32(at, true)
    if (count > maxDates) return null
    const days = Array.from({ length: count }, (_, i) =>
      dateOf((data.getUint32(at + 4 + 4 * i, true) - epochMinutes) * 60_000),
    )
    const changed = data.getUint32(at + 4 + 4 * count, true)
    return changed > count ? null : { days, changed }
  } catch {
    return null
  }
}

/** Length of PatternTypeSpecific. */
const specificBytes = (type: number): number | null => {
  if (type === 0x0000) return 0
  if ([0x0001, 0x0002, 0x0004, 0x000a, 0x000c].includes(type)) return 4
  return type === 0x0003 || type === 0x000b ? 8 : null
}
