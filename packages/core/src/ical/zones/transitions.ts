import { cycleEndMs, intoCycle } from './year-cycle.ts'

/** From `atMs` on the offset is `offset`; before it was `before`. Seconds east of UTC. */
export interface Transition {
  readonly atMs: number
  readonly before: number
  readonly offset: number
}

/** Every change of a zone's offset between 1800 and 2128. */
export interface TransitionTable {
  /** Seconds east of UTC. Before 1800 the first known offset holds; from 2129 on the years repeat by kind. */
  offsetAt(instantMs: number): number
  /** Changes in `fromMs <= atMs < toMs`, ascending, 2128 being the last year listed. */
  between(fromMs: number, toMs: number): readonly Transition[]
}

const dayMs = 86_400_000
/**
 * The zone database has no two changes closer than 3.98 days (Freetown, September 1939; the next are 7 days), so that probes
 * three days apart find each of them.
 */
const stepMs = 3 * dayMs
/** Eight years and five months: the part of the table that is made when it is first needed, in one to two milliseconds. */
const segmentMs = 1024 * stepMs
const gridMs = 900_000
const tableStartMs = Date.UTC(1800, 0, 1)

/** `starts[i]` is when `offsets[i]` begins; the first start is the segment's. */
interface Segment {
  readonly starts: Float64Array
  readonly offsets: Int32Array
}

/** Makes the table over a slow source of offsets, segment by segment as they are asked for. */
export function createTransitionTable(probe: (instantMs: number) => number): TransitionTable {
  const segments: (Segment | undefined)[] = []

  function segmentAt(index: number): Segment {
    let segment = segments[index]
    if (segment === undefined) {
      segment = buildSegment(probe, tableStartMs + index * segmentMs)
      segments[index] = segment
    }
    return segment
  }

  // Expansions ask for neighbouring instants: the last span is tried first.
  let spanStart = 0
  let spanEnd = 0
  let spanOffset = 0

  function lookUp(instantMs: number): number {
    const index = Math.floor((instantMs - tableStartMs) / segmentMs)
    const { starts, offsets } = segmentAt(index)
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (starts[middle]! <= instantMs) low = middle
      else high = middle
    }
    spanStart = starts[low]!
    spanEnd = high < starts.length ? starts[high]! : tableStartMs + (index + 1) * segmentMs
    spanOffset = offsets[low]!
    return spanOffset
  }

  return {
    offsetAt(instantMs) {
      if (instantMs >= spanStart && instantMs < spanEnd) return spanOffset
      if (instantMs >= cycleEndMs) return lookUp(intoCycle(instantMs))
      // Written so that NaN, too, ends here.
      return instantMs >= tableStartMs ? lookUp(instantMs) : lookUp(tableStartMs)
    },
    between(fromMs, toMs) {
      const from = Math.max(fromMs, tableStartMs)
      const to = Math.min(toMs, cycleEndMs)
      const found: Transition[] = []
      if (!(from < to)) return found
      const first = Math.floor((from - tableStartMs) / segmentMs)
      const last = Math.floor((to - 1 - tableStartMs) / segmentMs)
      let before = first === 0 ? segmentAt(0).offsets[0]! : segmentAt(first - 1).offsets.at(-1)!
      for (let index = first; index <= last; index++) {
        const { starts, offsets } = segmentAt(index)
        for (let i = 0; i < starts.length; i++) {
          const [atMs, offset] = [starts[i]!, offsets[i]!]
          if (offset !== before && atMs >= from && atMs < to) found.push({ atMs, before, offset })
          before = offset
        }
      }
      return found
    },
  }
}

function buildSegment(probe: (instantMs: number) => number, startMs: number): Segment {
  const starts = [startMs]
  const offsets = [probe(startMs)]
  let offset = offsets[0]!
  let at = startMs
  for (let step = 1; step <= 1024; step++) {
    // A change at the very end belongs to the next segment.
    const next = step === 1024 ? startMs + segmentMs - 1000 : startMs + step * stepMs
    const nextOffset = probe(next)
    if (nextOffset !== offset) {
      starts.push(findChange(probe, at, next, offset))
      offsets.push(nextOffset)
      offset = nextOffset
    }
    at = next
  }
  return { starts: Float64Array.from(starts), offsets: Int32Array.from(offsets) }
}

/** The second at which the offset changes, somewhere in `lowMs < t <= highMs`. */
function findChange(probe: (instantMs: number) => number, lowMs: number, highMs: number, before: number): number {
  // Nearly all changes fall on quarters of an hour of UTC: they are looked for first, which halves the work.
  let low = Math.floor(lowMs / gridMs)
  let high = Math.ceil(highMs / gridMs)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (probe(middle * gridMs) === before) low = middle
    else high = middle
  }
  if (probe(high * gridMs - 1000) === before) return high * gridMs
  let lowSecond = low * (gridMs / 1000)
  let highSecond = high * (gridMs / 1000)
  while (highSecond - lowSecond > 1) {
    const middle = Math.floor((lowSecond + highSecond) / 2)
    if (probe(middle * 1000) === before) lowSecond = middle
    else highSecond = middle
  }
  return highSecond * 1000
}
