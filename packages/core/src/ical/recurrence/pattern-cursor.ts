import type { LocalMs } from '../zones/model.ts'
import { type LocalSpan, lowerBound, type RuleCursor } from './cursor.ts'

/** Offsets that repeat for ever: instance = origin + k · step + offset. Offsets ascend from 0 and are shorter than the step. */
export interface Pattern {
  readonly origin: LocalMs
  readonly stepMs: number
  readonly offsets: Float64Array
}

/** Walks a pattern; a far window costs nothing. */
export const createPatternCursor = (pattern: Pattern, span: LocalSpan): RuleCursor => {
  const { origin, stepMs, offsets } = pattern
  const size = offsets.length
  let base = origin + Math.max(0, Math.floor((span.from - origin) / stepMs)) * stepMs
  let index = lowerBound(offsets, span.from - base)
  return {
    overBudget: () => false,
    fill: (out) => {
      let length = 0
      if (size === 0) return 0
      while (length < out.length) {
        if (index === size) {
          index = 0
          base += stepMs
        }
        const value = base + offsets[index]!
        if (value > span.to) break
        out[length++] = value
        index++
      }
      return length
    },
  }
}

/** The nth instance, from 1, at or after `from`. */
export const nthOfPattern = (pattern: Pattern, from: LocalMs, nth: number): LocalMs => {
  const { origin, stepMs, offsets } = pattern
  if (offsets.length === 0) return Number.POSITIVE_INFINITY
  const period = Math.max(0, Math.floor((from - origin) / stepMs))
  const index = period * offsets.length + lowerBound(offsets, from - origin - period * stepMs) + nth - 1
  return origin + Math.floor(index / offsets.length) * stepMs + offsets[index % offsets.length]!
}
