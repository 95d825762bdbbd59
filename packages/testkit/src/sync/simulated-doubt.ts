import type { RunResult } from '@dayport/sync-engine'
import { originsIn } from './ledger.ts'
import type { SimulatedWorld } from './simulated-world.ts'

/** What an unanswered write has made of an item that has got another name since cannot be told from an edit. */
export const allowMove = async (world: SimulatedWorld, only: string | null | undefined): Promise<void> => {
  for (const { kind, remoteName } of await world.memory.state.listOperations(world.binding, ['sent', 'unknown'])) {
    const item = world.mailbox.items.get(remoteName ?? '')
    if (kind === 'update' && item !== undefined && (only ?? remoteName) === remoteName)
      world.ledger.edit('remote', item.data)
  }
}

/**
 * What is deleted here and younger there than its deletion was put back by somebody, as far as anybody can tell: it stays. And what was
 * delivered twice, and handled there before anybody has heard of it, looks like a copy.
 */
export const allowTouch = async (world: SimulatedWorld, only: string | null | undefined): Promise<void> => {
  const items = [...world.mailbox.items.values()]
  const isKnown = async ({ name }: { readonly name: string }): Promise<boolean> => {
    const link = await world.memory.state.findLink(world.binding, 'remote', name)
    return link !== null && link.state !== 'tombstone'
  }
  for (const item of items) {
    if ((only ?? item.name) !== item.name) continue
    const { name, data, operationId } = item
    const known = await isKnown(item)
    if (!known) originsIn(data).forEach(world.ledger.undelete)
    const twin = items.find((one) => operationId !== null && one.operationId === operationId && one.name !== name)
    if (twin !== undefined && !(known && (await isKnown(twin)))) world.ledger.copy(data)
  }
}

/** A write that comes late is news to an engine that has given it up. */
export const deliverLate = ({ mailbox, ledger }: SimulatedWorld): void => {
  const before = new Map([...mailbox.items].map(([name, { data }]) => [name, data]))
  mailbox.deliverLate()
  for (const { name, data } of mailbox.items.values()) {
    if (before.has(name) && before.get(name) !== data) ledger.edit('remote', data)
  }
}

/** Both sides agree where a run has left nothing to say, on either. */
export const agreeAfter = async (
  { mailbox, memory, ledger, hiddenMs, nowMs, skewMs, binding, isMisinformed, mayMissUntilNextDay }: SimulatedWorld,
  { run, againMs }: RunResult & { readonly kind: 'run' },
): Promise<void> => {
  if (run.outcome !== 'done' || againMs !== null || isMisinformed || mayMissUntilNextDay) return
  if ([...mailbox.items.values()].some(({ createdMs }) => createdMs + hiddenMs > nowMs + skewMs)) return
  if ((await memory.state.countLinks(binding, ['conflict', 'quarantined', 'unsupported'])) === 0) ledger.agree()
}
