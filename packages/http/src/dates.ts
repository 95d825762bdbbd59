const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * IMF-fixdate, `Sun, 06 Nov 1994 08:49:37 GMT`, of ms since the Unix epoch; fractions of a second are cut off. RFC 9110 §5.6.7.
 *
 * @throws {TypeError} outside the years 1–9999.
 */
export const httpDate = (ms: number): string => {
  const date = new Date(ms)
  const year = date.getUTCFullYear()
  if (!(year >= 1 && year <= 9999)) throw new TypeError(`Expected ms since the epoch in the years 1–9999, got ${ms}`)
  return date.toUTCString()
}

const imfFixdate = /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/
const rfc850 = /^[A-Z][a-z]{5,8}, (\d{2})-([A-Z][a-z]{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2}) GMT$/
const asctime = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/

/**
 * ms since the Unix epoch of any of the three forms of RFC 9110 §5.6.7; `null` for anything else. The two-digit years of the
 * RFC 850 form mean 1970–2069, so that no clock is needed.
 */
export const parseHttpDate = (text: string): number | null => {
  if (text.length > 40) return null
  const now = imfFixdate.exec(text)
  if (now !== null) return toMs(now[3], now[2], now[1], now[4], now[5], now[6])
  const old = rfc850.exec(text)
  if (old !== null) {
    const year = Number(old[3])
    return toMs(year < 70 ? 2000 + year : 1900 + year, old[2], old[1], old[4], old[5], old[6])
  }
  const c = asctime.exec(text)
  return c === null ? null : toMs(c[6], c[1], c[2], c[3], c[4], c[5])
}

type Digits = string | number | undefined

const toMs = (year: Digits, monthName: string | undefined, day: Digits, h: Digits, m: Digits, s: Digits) => {
  const month = months.indexOf(monthName ?? '')
  // A leap second, :60, is in the grammar; it is read as the second before.
  const time = [Number(h), Number(m), Math.min(Number(s), 59)] as const
  if (month < 0 || time[0] > 23 || time[1] > 59 || Number(s) > 60) return null
  const date = new Date(0)
  date.setUTCFullYear(Number(year), month, Number(day))
  date.setUTCHours(...time)
  return date.getUTCMonth() === month && date.getUTCDate() === Number(day) ? date.getTime() : null
}
