import type { FakeEwsTraits } from './traits.ts'
import { EwsFault } from './wire.ts'

/** What happened to an item in a folder. */
export interface LogEntry {
  readonly seq: number
  readonly id: string
  readonly folder: string
  readonly kind: 'create' | 'update' | 'delete'
}

/** The log that a feed is told from. */
export interface FeedLog {
  readonly log: readonly LogEntry[]
  /** Number of the last entry. */
  readonly seq: number
  /** States of another generation are not known. */
  readonly generation: number
  readonly traits: FakeEwsTraits
  /** Whether an item is in lists already; one that is gone is. */
  readonly isListed: (id: string) => boolean
}

/** A page of what happened in a folder since a state; `null` from its beginning. @throws {EwsFault} for a state that is not known. */
export const feedPage = (
  { log, seq, generation, traits, isListed }: FeedLog,
  folder: string,
  state: string | null,
  limit: number,
): { readonly entries: readonly LogEntry[]; readonly state: string; readonly last: boolean } => {
  const text = state === null ? '' : traits.wordyStates ? state.replace(wordy, '') : decode(state)
  const read = /^(\d+)\|(\S+)\|(\d+)\|(\d*)$/.exec(text)
  const isKnown = read !== null && read[2] === folder && Number(read[1]) === generation
  if (state !== null && !isKnown && !traits.restartsInvalidState) throw new EwsFault('ErrorInvalidSyncStateData')
  const from = isKnown ? Number(read[3]) : 0
  // The latest of each item; of one that came and went, nothing.
  const latest = new Map<string, LogEntry>()
  const isNew = new Set<string>()
  for (const entry of log) {
    if (entry.folder !== folder || entry.seq <= from) continue
    if (entry.kind === 'create') isNew.add(entry.id)
    latest.delete(entry.id)
    latest.set(entry.id, entry)
  }
  const entries = [...latest.values()]
    .filter((entry) => !(entry.kind === 'delete' && isNew.has(entry.id)))
    .map((entry): LogEntry => (entry.kind === 'update' && isNew.has(entry.id) ? { ...entry, kind: 'create' } : entry))
  // What is not listed yet holds the state back: it must not be passed over.
  const hidden = entries.findIndex(({ id }) => !isListed(id))
  const listed = hidden === -1 ? entries : entries.slice(0, hidden)
  const page = listed.slice(0, limit)
  const last = page.length === listed.length
  const upTo = last && hidden === -1 ? seq : (page.at(-1)?.seq ?? from)
  const next = `${generation}|${folder}|${upTo}|`
  return { entries: page, state: traits.wordyStates ? `${wordy}${next}` : btoa(next), last }
}

const wordy = 'state (2.0) of 100% – "ё": '

const decode = (state: string): string => {
  try {
    return atob(state)
  } catch {
    return ''
  }
}
