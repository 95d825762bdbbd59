/** Milliseconds of one civil day. */
export const dayMs = 86_400_000

/** First and last day that a calendar text can name, 0001-01-01 and 9999-12-31, in days since 1970-01-01. */
export const minDay = -719_162
export const maxDay = 2_932_896

const monthStarts = new Int16Array([0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365])
const leapMonthStarts = new Int16Array([0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366])

/** Gregorian, proleptic. */
export const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

/** 365 or 366. */
export const daysInYear = (year: number): number => (isLeapYear(year) ? 366 : 365)

/** Day of the year, from 0, on which each month starts; entry 12 is the year's length. */
export const monthStartsOf = (leap: boolean): Int16Array => (leap ? leapMonthStarts : monthStarts)

/** 1 January of the year, in days since 1970-01-01. */
export const firstDayOfYear = (year: number): number => {
  const before = year - 1
  return before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 719_162
}

/** The year that a day lies in. */
export const yearOfDay = (day: number): number => {
  let year = Math.floor(day / 365.2425) + 1970
  if (firstDayOfYear(year) > day) year--
  else if (firstDayOfYear(year + 1) <= day) year++
  return year
}

/** Month, from 1, of a day of the year, from 0. */
export const monthOfYearDay = (yearDay: number, leap: boolean): number => {
  const starts = monthStartsOf(leap)
  let month = Math.floor(yearDay / 31) // never too late, at most one too early
  if (yearDay >= starts[month + 1]!) month++
  return month + 1
}

/** Days in a month, from 1, of the year. */
export const daysInMonth = (year: number, month: number): number => {
  const starts = monthStartsOf(isLeapYear(year))
  return starts[month]! - starts[month - 1]!
}

/** Days since 1970-01-01 of a date; the month counts from 1. The day of the month is not checked. */
export const dayOf = (year: number, month: number, monthDay: number): number =>
  firstDayOfYear(year) + monthStartsOf(isLeapYear(year))[month - 1]! + monthDay - 1

/** 0 for Monday … 6 for Sunday. */
export const weekdayOf = (day: number): number => {
  const weekday = (day + 3) % 7
  return weekday < 0 ? weekday + 7 : weekday
}

/** Remainder that is never negative. */
export const modulo = (value: number, divisor: number): number => {
  const rest = value % divisor
  return rest < 0 ? rest + divisor : rest + 0 // no negative zero
}

/** Greatest common divisor of two positive integers. */
export const greatestCommonDivisor = (first: number, second: number): number => {
  let [a, b] = [first, second]
  while (b > 0) [a, b] = [b, a % b]
  return a
}
