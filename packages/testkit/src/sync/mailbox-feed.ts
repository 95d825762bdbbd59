import { CalendarError, type PeerChange } from '@dayport/core'

/** What a feed needs to know of an item. */
export interface FedItem {
  readonly name: string
  readonly etag: string
  /** Whether lists show it yet. */
  readonly isVisible: boolean
}

interface Page {
  readonly changes: PeerChange[]
  readonly token: string
  readonly more: boolean
}

/** The changes of a simulated mailbox, in the order in which they happened, and the cursors into them. */
export interface MailboxFeed {
  /** The number of a new version. */
  next(): number
  note(name: string): void
  /** @throws {CalendarError} `invalid-sync-token`. */
  list(since: string | null, limit: number): Page
  /** All cursors are refused from now on. */
  expire(): void
  /** The next cursor is answered as if there were none, without a word: what is gone is not told. */
  restart(): void
  /** The next cursor is answered with names of another folder, and refused the time after. */
  mistake(): void
  /** Cursors are answered rightly again. */
  calm(): void
  /** As {@link expire}, and nothing has ever happened, but for the numbers of versions where they go on. */
  clear(sequence?: number): void
}

/** Names that no item of the folder has. */
const foreignNames = ['X00001', 'X00002']

export const createMailboxFeed = (
  items: () => readonly FedItem[],
  itemOf: (name: string) => FedItem | null,
  pageSize: number,
): MailboxFeed => {
  /** Sequence of the latest change of each name. */
  let changed = new Map<string, number>()
  let sequence = 0
  let epoch = 0
  let trick: 'none' | 'restart' | 'mistake' = 'none'

  const toChange = ({ name, etag }: FedItem): PeerChange => ({ name, etag, origin: null })

  const listAll = (from: number, after: string, size: number): Page => {
    const all = items()
    const rest = all.filter((item) => item.name > after && item.isVisible).sort((a, b) => (a.name < b.name ? -1 : 1))
    const page = rest.slice(0, size)
    const more = rest.length > page.length
    // Hidden items are told later: the cursor stays behind them.
    const hidden = all.filter((item) => !item.isVisible).map(({ name }) => changed.get(name) ?? 0)
    const start = Math.min(from, ...hidden.map((at) => at - 1))
    const token = more ? `${epoch}:L${start}:${page.at(-1)!.name}` : `${epoch}:C${start}:`
    return { changes: page.map(toChange), token, more }
  }

  const listChanges = (from: number, size: number): Page => {
    const told: PeerChange[] = []
    let upTo = from
    let more = false
    for (const [name, at] of [...changed].sort(([, a], [, b]) => a - b)) {
      if (at <= from) continue
      const item = itemOf(name)
      if (item !== null && !item.isVisible) break // told in order, once it is to be seen
      if (told.length === size) {
        more = true
        break
      }
      told.push(item === null ? { name, etag: null, origin: null } : toChange(item))
      upTo = at
    }
    return { changes: told, token: `${epoch}:C${upTo}:`, more }
  }

  return {
    next: () => {
      sequence += 1
      return sequence
    },
    note: (name) => {
      sequence += 1
      changed.delete(name)
      changed.set(name, sequence)
    },
    list: (since, limit) => {
      const match = since === null ? null : /^(\d+):(L|C)(\d+):(.*)$/.exec(since)
      if (since !== null && (match === null || Number(match[1]) !== epoch)) {
        throw new CalendarError('invalid-sync-token', 'simulated: the cursor has expired')
      }
      const size = Math.min(limit, pageSize)
      if (match?.[2] === 'C' && trick !== 'none') {
        const now = trick
        trick = 'none'
        if (now === 'restart') return listAll(sequence, '', size)
        const changes = foreignNames.map((name) => ({ name, etag: '"k1"', origin: null }))
        return { changes, token: 'of another folder', more: false }
      }
      if (match === null || match[2] === 'L') return listAll(Number(match?.[3] ?? sequence), match?.[4] ?? '', size)
      return listChanges(Number(match[3]), size)
    },
    expire: () => {
      epoch += 1
    },
    restart: () => {
      trick = 'restart'
    },
    mistake: () => {
      trick = 'mistake'
    },
    calm: () => {
      trick = 'none'
    },
    clear: (from = sequence) => {
      epoch += 1
      changed = new Map()
      sequence = from
    },
  }
}
