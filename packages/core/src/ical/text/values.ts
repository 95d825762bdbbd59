import type { Property } from './model.ts'
import { splitValue } from './values-text.ts'

/** A place on the globe in degrees, RFC 5545 §3.8.1.6. */
export interface Geo {
  /** -90 to 90. */
  readonly latitude: number
  /** -180 to 180. */
  readonly longitude: number
}

/**
 * Reads an INTEGER, RFC 5545 §3.3.8: SEQUENCE, PRIORITY, REPEAT.
 *
 * @returns `null` for anything but digits with a sign, and outside ±2 147 483 647.
 */
export function parseInteger(text: string): number | null {
  const trimmed = text.trim()
  if (!/^[+-]?\d{1,12}$/.test(trimmed)) return null
  const value = Number(trimmed)
  return Math.abs(value) > 2_147_483_647 ? null : value + 0
}

/** Reads a BOOLEAN in any case, RFC 5545 §3.3.2; `null` for anything else. */
export function parseBoolean(text: string): boolean | null {
  const word = text.trim().toUpperCase()
  return word === 'TRUE' ? true : word === 'FALSE' ? false : null
}

/** Reads a UTC-OFFSET into seconds east of UTC, RFC 5545 §3.3.14. Tolerated: a missing sign, a colon. `null` for anything else. */
export function parseUtcOffset(text: string): number | null {
  const match = /^([+-]?)(\d{2}):?(\d{2})(?::?(\d{2}))?$/.exec(text.trim())
  if (match === null) return null
  const [, sign, hours, minutes, seconds = '0'] = match
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return (sign === '-' ? -total : total) + 0
}

/** The wire form of an offset: `+0300`, `-043056`. @throws {TypeError} unless whole and under a day. */
export function utcOffsetValue(seconds: number): string {
  const total = Math.abs(seconds)
  if (!Number.isInteger(seconds) || total >= 86_400)
    throw new TypeError(`expected an offset in seconds, got ${seconds}`)
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const rest = total % 60 > 0 ? two(total % 60) : ''
  return `${seconds < 0 ? '-' : '+'}${two(total / 3600)}${two((total % 3600) / 60)}${rest}`
}

/** Reads GEO. Tolerated: an escaped semicolon (SOGo), a comma. `null` when it is no pair of numbers in range. */
export function parseGeo(text: string): Geo | null {
  const parts = text.replace('\\;', ';').trim().split(/[;,]/)
  const [latitude, longitude] = parts.map((part) =>
    /^\s*[+-]?\d{1,3}(?:\.\d{0,20})?\s*$/.test(part) ? Number(part) : null,
  )
  if (parts.length !== 2 || latitude == null || longitude == null) return null
  return Math.abs(latitude) > 90 || Math.abs(longitude) > 180 ? null : { latitude, longitude }
}

/** The wire form of GEO. @throws {TypeError} outside the globe. */
export function geoValue(geo: Geo): string {
  const { latitude, longitude } = geo
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) {
    throw new TypeError(`expected degrees on the globe, got ${latitude} and ${longitude}`)
  }
  // toFixed: an exponent is not in the grammar.
  const plain = (value: number) =>
    Object.is(value, -0) ? '0' : String(value).includes('e') ? value.toFixed(9) : String(value)
  return `${plain(latitude)};${plain(longitude)}`
}

/** Reads a URI or CAL-ADDRESS: the value as it stands, without white space around it. URIs are never unescaped. RFC 5545 §3.3.13. */
export function readUri(property: Property): string {
  return property.value.trim()
}

/** The parts of a structured TEXT value, REQUEST-STATUS for one; they keep their escapes. */
export function readStructured(property: Property): readonly string[] {
  return splitValue(property.value, ';')
}
