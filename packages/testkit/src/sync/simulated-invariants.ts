import { canonicalOf, changedGroups, type HistoryEntry, type SyncLink, uidOf } from '@dayport/sync-engine'
import { instantsOf, type Ledger } from './ledger.ts'
import { normaliseForMailbox, projectForMailbox } from './mailbox-content.ts'

/** What is there once everything has come to rest. */
export interface SimulatedRest {
  /** Living ones. */
  readonly links: readonly SyncLink[]
  /** Bytes by name. */
  readonly portal: ReadonlyMap<string, Uint8Array>
  readonly remote: ReadonlyMap<string, Uint8Array>
  readonly history: readonly HistoryEntry[]
  readonly ledger: Ledger
  /** Whether conflicts go to the newer side by clocks that disagree. */
  readonly isMisledByClocks: boolean
}

/** What is wrong with the two sides and what joins them, sync-engine.md §5. Empty is good. */
export const brokenInvariants = (rest: SimulatedRest): string[] => [
  ...brokenLinks(rest),
  ...rest.links.flatMap((link) => brokenPair(rest, link)),
  ...rest.ledger.check(
    { portal: [...rest.portal.values()], remote: [...rest.remote.values()] },
    rest.history.flatMap(({ kept }) => (kept === null ? [] : [kept])),
  ),
  ...(rest.isMisledByClocks ? brokenPolicy(rest.history) : []),
]

const brokenLinks = ({ links, portal, remote }: SimulatedRest): string[] =>
  ([['portal', portal, 'mailbox'] as const, ['remote', remote, 'portal'] as const] as const).flatMap(
    ([side, objects, other]) => {
      const names = links.flatMap((link) => link[side]?.name ?? [])
      const linked = new Set(names)
      // What never happens is in no window.
      const alone = [...objects].filter(([name, data]) => !linked.has(name) && instantsOf(data).length > 0)
      return [
        ...(linked.size === names.length ? [] : [`duplicates: two links of one event in the ${side}`]),
        ...alone.map(([name]) => `convergence: ${name} is not in the ${other}`),
      ]
    },
  )

const brokenPair = ({ portal, remote }: SimulatedRest, link: SyncLink): string[] => {
  if (link.state === 'conflict') return []
  const here = link.portal === null ? undefined : portal.get(link.portal.name)
  const there = link.remote === null ? undefined : remote.get(link.remote.name)
  if (here === undefined || there === undefined) {
    return [`convergence: link ${link.id} (${link.state} ${link.reason}) has lost an end`]
  }
  const differing = changedGroups(canonicalOf(normaliseForMailbox(projectForMailbox(here))), canonicalOf(there))
  if (differing.length > 0) return [`convergence: ${uidOf(here)} differs in ${differing.join(', ')}`]
  return String(instantsOf(here)) === String(instantsOf(there)) ? [] : [`occurrences: of ${uidOf(here)}`]
}

/** Stamps decide nothing where the clocks disagree, §4: then the other side wins, but for an exception that is edited and not deleted. */
const brokenPolicy = (history: readonly HistoryEntry[]): string[] =>
  history.flatMap(({ action, side, groups }) => {
    const isWrong = action === 'conflict' && side === 'remote' && groups.some((one) => !one.startsWith('exception:'))
    return isWrong ? [`policy: the newer one won by clocks that disagree, ${groups.join(', ')}`] : []
  })
