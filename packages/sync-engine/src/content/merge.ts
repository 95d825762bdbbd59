import { changedGroups, deletedOccurrence } from './canonical.ts'
import type { Groups } from './groups.ts'

/** One side of a merge: what it says now, and what it said when both were last agreed. */
export interface MergeSide {
  readonly base: Groups
  readonly now: Groups
}

export interface Merge {
  /** Groups to write to the portal, as the remote side has them. */
  readonly toPortal: readonly string[]
  /** Groups to write to the remote side, as the portal has them. */
  readonly toRemote: readonly string[]
  /** Changed on both sides to different values. */
  readonly conflicts: readonly string[]
  /** Changed on both sides to the same value. */
  readonly agreed: readonly string[]
  /** What both shall have, where both have changed the set; `null` elsewhere. */
  readonly categories: readonly string[] | null
}

/** Three-way merge by group. Symmetric: with the sides exchanged, the same decisions come out exchanged. */
export const mergeGroups = (portal: MergeSide, remote: MergeSide): Merge => {
  const fromPortal = new Set(changedGroups(portal.base, portal.now))
  const fromRemote = new Set(changedGroups(remote.base, remote.now))
  const toPortal: string[] = []
  const toRemote: string[] = []
  const conflicts: string[] = []
  const agreed: string[] = []
  let categories: readonly string[] | null = null
  for (const group of [...new Set([...fromPortal, ...fromRemote])].sort()) {
    if (!fromRemote.has(group)) toRemote.push(group)
    else if (!fromPortal.has(group)) toPortal.push(group)
    else if (portal.now[group] === remote.now[group]) agreed.push(group)
    else if (group === 'categories') categories = mergedSet(portal, remote, group)
    else conflicts.push(group)
  }
  if (categories !== null) {
    if (!sameSet(categories, listOf(portal.now.categories))) toPortal.push('categories')
    if (!sameSet(categories, listOf(remote.now.categories))) toRemote.push('categories')
  }
  return { toPortal, toRemote, conflicts, agreed, categories }
}

const listOf = (value: string | undefined): readonly string[] =>
  value === undefined ? [] : (JSON.parse(value) as readonly string[])

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((x) => b.includes(x))

/** Without what one of them took out, with what one of them added. */
const mergedSet = (portal: MergeSide, remote: MergeSide, group: string): readonly string[] => {
  const sides = [portal, remote].map(({ base, now }) => ({ base: listOf(base[group]), now: listOf(now[group]) }))
  const removed = new Set(sides.flatMap(({ base, now }) => base.filter((name) => !now.includes(name))))
  const all = new Set(sides.flatMap(({ now }) => now))
  const addedAnew = new Set(sides.flatMap(({ base, now }) => now.filter((name) => !base.includes(name))))
  return [...all].filter((name) => !removed.has(name) || addedAnew.has(name)).sort()
}

/**
 * Who wins a group that both have changed, before any policy: a change of an occurrence beats its disappearance. `null` where the
 * policy decides.
 */
export const naturalWinner = (group: string, portal: Groups, remote: Groups): 'portal' | 'remote' | null => {
  if (!group.startsWith('exception:')) return null
  const isEdit = (value: string | undefined): boolean => value !== undefined && value !== deletedOccurrence
  if (isEdit(portal[group]) === isEdit(remote[group])) return null
  return isEdit(portal[group]) ? 'portal' : 'remote'
}
