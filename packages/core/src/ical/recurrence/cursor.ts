import { expansionLimits } from '../../limits.ts'
import type { LocalMs } from '../zones/model.ts'

/** A walk over the instances of one rule, ascending and without duplicates. */
export interface RuleCursor {
  /** Writes the next instances from the start of `out`; returns how many. 0 is the end, or the end of the budget. */
  fill(out: Float64Array): number
  /** True when the walk gave up: too much work for too few instances. */
  overBudget(): boolean
}

/** What to walk over, both ends included. */
export interface LocalSpan {
  readonly from: LocalMs
  readonly to: LocalMs
}

/** Work that a walk may do: steps before its first instance, and more for each one found. A step is some 10 to 50 ns. */
export interface StepBudget {
  readonly free: number
  readonly perInstance: number
}

/** For finding instances: far more than rules of people need, which find the next one in a few steps. */
export const walkBudget: StepBudget = {
  free: expansionLimits.walkSteps,
  perInstance: expansionLimits.walkStepsPerInstance,
}

/** Index of the first entry at or after `value`, in an ascending list. */
export const lowerBound = (list: ArrayLike<number>, value: number, length: number = list.length): number => {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (list[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

/** The walk over nothing. */
export const emptyCursor: RuleCursor = { fill: () => 0, overBudget: () => false }
