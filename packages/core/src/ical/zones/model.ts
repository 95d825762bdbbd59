/**
 * Wall-clock fields as one number: ms since the epoch as if the fields were UTC. Cheap to compare and to add days to; never
 * an instant until a zone is asked.
 */
export type LocalMs = number

/** A time zone as a table of transitions. Offsets are seconds east of UTC. */
export interface TimeZone {
  /** Canonical IANA name, or the TZID itself for a zone known only by its VTIMEZONE. */
  readonly id: string
  /** Seconds to add to UTC at that instant. */
  offsetAt(instantMs: number): number
  /** A gap takes the offset before it (lands later); an overlap takes the first, usually daylight. RFC 5545 §3.3.5. */
  toInstant(local: LocalMs): number
  toLocal(instantMs: number): LocalMs
}

/** Finds zones by TZID. */
export interface ZoneResolver {
  /** `null` when nothing can be made of the name; the caller then treats the value as floating and says so. */
  resolve(tzid: string): TimeZone | null
}
