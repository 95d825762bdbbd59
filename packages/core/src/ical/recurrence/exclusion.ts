import type { LocalMs } from '../zones/model.ts'
import type { CompiledRule } from './compile-rule.ts'
import { lowerBound } from './cursor.ts'
import { dayMs } from './days.ts'

/** Whether an EXRULE names a wall-clock time. */
export interface Exclusion {
  /** Cheapest when asked in ascending order. `key` is the time's instant. `charge` is told of the work, in instances. */
  has(local: LocalMs, key: number, charge: (work: number) => void): boolean
}

/** How far ahead one walk over the rule looks: far enough for many questions, near enough to cost little. */
const aheadMs = 32 * dayMs
const aheadCount = 64

/** Keeps the stretch of the rule that was walked last: the next question mostly falls into it. */
export const createExclusion = (rule: CompiledRule): Exclusion => {
  const known = new Float64Array(aheadCount)
  let length = 0
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY

  const look = (local: LocalMs): void => {
    const cursor = rule.cursor({ from: local, to: local + aheadMs })
    length = cursor.fill(known)
    from = local
    to = length === aheadCount ? known[length - 1]! : local + aheadMs
    if (!cursor.overBudget()) return
    // Too much work to look ahead: the question itself needs hardly any.
    length = rule.cursor({ from: local, to: local }).fill(known)
    to = local
  }
  return {
    has: (local, key, charge) => {
      if (rule.untilMs !== null && key > rule.untilMs) return false
      if (local < from || local > to) {
        look(local)
        charge(25)
      }
      const index = lowerBound(known, local, length)
      return index < length && known[index] === local
    },
  }
}
