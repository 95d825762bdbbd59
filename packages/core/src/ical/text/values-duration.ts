/** A DURATION, RFC 5545 §3.3.6. Days are calendar days (a week has seven); the seconds are exact and added after them. */
export interface Duration {
  /** Negative for `-P…`. Whole days. */
  readonly days: number
  /** Negative for `-P…`. */
  readonly seconds: number
}

/**
 * Reads a DURATION. Tolerated: lower case, white space around, weeks mixed with the rest, a missing or trailing `T`.
 *
 * @returns `null` for anything else, and when nothing is counted (`P`) or a number has more than nine digits.
 */
export function parseDuration(text: string): Duration | null {
  const match = durationPattern.exec(text.trim())
  if (match === null) return null
  const [, sign, weeks, days, hours, minutes, seconds] = match
  if ((weeks ?? days ?? hours ?? minutes ?? seconds) === undefined) return null
  const factor = sign === '-' ? -1 : 1
  const count = (digits: string | undefined) => Number(digits ?? 0)
  return {
    // `+ 0` keeps -0 out of the answer.
    days: factor * (count(weeks) * 7 + count(days)) + 0,
    seconds: factor * (count(hours) * 3600 + count(minutes) * 60 + count(seconds)) + 0,
  }
}

const durationPattern = /^([+-])?P(?:(\d{1,9})W)?(?:(\d{1,9})D)?T?(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?T?$/i

/**
 * The wire form: `P1W`, `P1DT2H`, `-PT15M`, `PT0S`.
 *
 * @throws {TypeError} when the parts have different signs or are not whole: no DURATION can say that.
 */
export function durationValue(duration: Duration): string {
  const { days, seconds } = duration
  if (!Number.isSafeInteger(days) || !Number.isSafeInteger(seconds) || days * seconds < 0) {
    throw new TypeError(`expected whole days and seconds of one sign, got ${days} and ${seconds}`)
  }
  const sign = days < 0 || seconds < 0 ? '-' : ''
  const wholeDays = Math.abs(days)
  const rest = Math.abs(seconds)
  if (rest === 0 && wholeDays > 0) return wholeDays % 7 === 0 ? `${sign}P${wholeDays / 7}W` : `${sign}P${wholeDays}D`
  const hours = Math.floor(rest / 3600)
  const minutes = Math.floor((rest % 3600) / 60)
  let time = ''
  if (hours > 0) time += `${hours}H`
  // "PT1H5S" is not in the grammar: minutes stand between hours and seconds.
  if (minutes > 0 || (hours > 0 && rest % 60 > 0)) time += `${minutes}M`
  if (rest % 60 > 0 || rest === 0) time += `${rest % 60}S`
  return `${sign}P${wholeDays > 0 ? `${wholeDays}D` : ''}T${time}`
}
