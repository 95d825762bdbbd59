import { CalendarError } from '@dayport/core'
import { expandSeries, parseCalendar, seriesFacts } from '@dayport/core/ical'
import { digestOfGroups, uidOf } from '../content/canonical.ts'
import type { Side, SyncLink } from '../state/records.ts'
import { heardOf, type RunContext, windowAt } from './context.ts'
import type { Content } from './ends.ts'
import type { Unit } from './unit.ts'

/** More than any window of a daily series has. */
const mostCounted = 1_000

const countWithin = (data: Uint8Array, range: { readonly startMs: number; readonly endMs: number }): number =>
  expandSeries(seriesFacts(parseCalendar(data)), { range, maxInstances: mostCounted }).instances.length

/** Groups that can take occurrences out of a series. */
const mayShrink = (groups: readonly string[]): boolean =>
  groups.some((group) => group === 'time' || group.startsWith('exception:'))

/**
 * Whether a write takes so many occurrences out of a series that it counts as a deletion (sync-engine.md §6): at least half of those that
 * the written end has in the window, or more than a number of them. What only moves within the window keeps its number.
 */
export const isShrunk = (
  context: Pick<RunContext, 'binding' | 'limits' | 'policy' | 'now'>,
  before: Uint8Array,
  after: Uint8Array,
  groups: readonly string[],
): boolean => {
  if (!mayShrink(groups)) return false
  const range = context.binding.window ?? windowAt(context.policy, context.now())
  try {
    const had = countWithin(before, range)
    if (had < 2) return false
    const lost = had - countWithin(after, range)
    return lost * 2 >= had || lost > context.limits.maxOccurrences
  } catch (error) {
    if (CalendarError.is(error)) return false
    throw error
  }
}

/**
 * Puts a write off that takes most of a series away, until the guard has counted it among the deletions of its side: a row of the other
 * side, in state `shrink`.
 */
export const deferShrink = (
  context: RunContext,
  unit: Unit,
  written: Side,
  { link, portal, remote }: { readonly link: SyncLink; readonly portal: Content; readonly remote: Content },
): Promise<void> =>
  context.write(async (tx) => {
    const { state, binding } = context
    const side = written === 'portal' ? 'remote' : 'portal'
    const { object, groups } = side === 'portal' ? portal : remote
    const row =
      (await state.getInbox({ binding: binding.id, side, name: object.name }, { tx })) ??
      heardOf(context, side, object.name, object.etag, true)
    const { modifiedMs, isOrganizer, operationId } = object
    const loaded = {
      etag: object.etag,
      uid: uidOf(object.data),
      digest: digestOfGroups(groups),
      data: object.data,
      modifiedMs,
      isOrganizer,
      operationId,
    }
    await state.putInbox([{ ...row, ...(side === 'remote' ? loaded : {}), state: 'shrink' }], { tx })
    // What belongs together is known from now on, whatever becomes of it: neither end is agreed to.
    if (unit.action === 'pair') await state.putLinks([link], { tx })
  })
