const cycleStart = 2101

/** First instant of the 28 years 2101–2128: no century among them, so that each of the 14 kinds of year is there. */
export const cycleStartMs = Date.UTC(cycleStart, 0, 1)
/** The instant after those years. */
export const cycleEndMs = Date.UTC(cycleStart + 28, 0, 1)

const maxInstantMs = 8.64e15

/** For each kind of year (weekday of 1 January, leap or not) the start of the year of that kind in the cycle. */
const startByKind = new Float64Array(14)
for (let year = cycleStart; year < cycleStart + 28; year++) startByKind[kindOf(year)] = Date.UTC(year, 0, 1)

function kindOf(year: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return new Date(Date.UTC(year, 0, 1)).getUTCDay() * 2 + (leap ? 1 : 0)
}

let lastYear = 0
let lastShift = 0

/**
 * The instant of 2101–2128 at which a zone that keeps its last yearly rules stands as it does at `instantMs`, for instants after
 * those years: same day of the year, same weekday, same time. Yearly rules know nothing else about a date.
 */
export function intoCycle(instantMs: number): number {
  const instant = Math.min(instantMs, maxInstantMs)
  const year = new Date(instant).getUTCFullYear()
  if (year !== lastYear) {
    lastShift = startByKind[kindOf(year)]! - Date.UTC(year, 0, 1)
    lastYear = year
  }
  return instant + lastShift
}
