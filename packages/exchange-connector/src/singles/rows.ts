import type { SingleRow } from './store.ts'

/** The items of a series, one for each occurrence, and copies of them that a person made, or a lost answer. */
export interface Picked {
  readonly ours: readonly SingleRow[]
  readonly copies: readonly SingleRow[]
}

/** One item for each occurrence: one whose writing was ended, and of those the oldest. The others are copies. */
export const pick = (rows: readonly SingleRow[]): Picked => {
  const byKey = new Map<string, SingleRow>()
  const copies: SingleRow[] = []
  const age = ({ createdMs, id, mark }: SingleRow): string =>
    `${mark.untilMs === null ? 1 : 0} ${String(createdMs ?? 0).padStart(16, '0')} ${id}`
  for (const row of [...rows].sort((a, b) => (age(a) < age(b) ? -1 : 1))) {
    if (byKey.has(row.mark.key)) copies.push(row)
    else byKey.set(row.mark.key, row)
  }
  return { ours: [...byKey.values()], copies }
}

const prefix = 'single-series:'

/** The name under which a series that is single items is one object; no id of Exchange has a colon. */
export const nameOfGroup = (group: string): string => `${prefix}${group}`

/** The series that a name stands for; `null` for the name of an item. */
export const groupOfName = (name: string): string | null => (name.startsWith(prefix) ? name.slice(prefix.length) : null)
