import { CalendarError, type PeerObject, RemoteError, type Transaction } from '@dayport/core'
import { canonicalOf, digestOfGroups, sameGroups, uidOf } from '../content/canonical.ts'
import type { InboxRow } from '../state/records.ts'
import { isLiving, type RunContext } from './context.ts'
import { failureOf } from './errors.ts'
import { setAside } from './set-aside.ts'

/** Loads what the remote side's feed has only named, so many at once that the other side is asked as seldom as it allows. */
export const absorb = async (context: RunContext): Promise<void> => {
  const { state, limits } = context
  let after: InboxRow | undefined
  for (;;) {
    context.checkCancelled()
    const filter = { side: 'remote', states: ['listed', 'gone'], readyMs: context.now() } as const
    const rows = await state.listInbox(
      context.binding.id,
      { ...filter, ...(after === undefined ? {} : { after }) },
      limits.readSize,
    )
    if (rows.length === 0) break
    after = rows.at(-1)!
    // What a batch brings is stored at once: one unit of work for many objects.
    const writes: Write[] = []
    const aside: Aside[] = []
    let broken: { readonly error: unknown } | null = null
    try {
      for await (const { name, result } of readMany(context, rows)) {
        const row = rows.find((one) => one.name === name)
        if (row === undefined) continue
        const write = await absorbOne(context, row, result)
        if (typeof write === 'function') writes.push(write)
        else aside.push(write)
      }
    } catch (error) {
      broken = { error }
    }
    // Of a batch that breaks off as well, or one that always does would never come to its end.
    if (writes.length > 0) {
      await context.write(async (tx) => {
        for (const write of writes) await write(tx)
      })
    }
    for (const { row, ...why } of aside) await setAside(context, why, { remoteRow: row })
    if (broken !== null) throw broken.error
  }
  context.reads.isPartial = context.reads.strange > 0 || (await isPartial(context))
}

/** Tries after which an object that cannot be read is no longer waited for. */
const maxAwaited = 3

/** Whether anything that was heard of is still to be read. Our own creations that wait to be told once more are known. */
const isPartial = async ({ state, binding, limits }: RunContext): Promise<boolean> => {
  let after: InboxRow | undefined
  for (;;) {
    const filter = { side: 'remote', states: ['listed'], ...(after === undefined ? {} : { after }) } as const
    const rows = await state.listInbox(binding.id, filter, limits.pageSize)
    if (rows.some(({ byUser, attempts }) => byUser && attempts < maxAwaited)) return true
    if (rows.length < limits.pageSize) return false
    after = rows.at(-1)!
  }
}

type Write = (tx: Transaction) => Promise<void>

/** An object that is left alone until it changes. */
type Aside = Parameters<typeof setAside>[1] & { readonly row: InboxRow }

type Read = { readonly name: string; readonly result: PeerObject | null | Error }

async function* readMany(context: RunContext, rows: readonly InboxRow[]): AsyncIterable<Read> {
  const { remote } = context.peers
  const options = context.signal === undefined ? {} : { signal: context.signal }
  const names = rows.map(({ name }) => name)
  if (remote.getMany !== undefined) {
    yield* remote.getMany(names, options)
    return
  }
  for (const name of names) {
    try {
      yield { name, result: await remote.get(name, options) }
    } catch (error) {
      if (!(error instanceof Error)) throw error
      yield { name, result: error }
    }
  }
}

/** What is to be stored, or why the object is to be set aside. */
const absorbOne = async (
  context: RunContext,
  row: InboxRow,
  result: PeerObject | null | Error,
): Promise<Write | Aside> => {
  context.reads.all += 1
  if (result instanceof Error) return absorbFailure(context, row, result)
  if (result === null) return absorbMissing(context, row)
  context.there.add(row.name)
  let facts: { readonly uid: string; readonly groups: ReturnType<typeof canonicalOf> }
  try {
    facts = { uid: uidOf(result.data), groups: canonicalOf(result.data) }
  } catch (error) {
    if (!CalendarError.is(error)) throw error
    return absorbFailure(context, row, error)
  }
  const { state, binding } = context
  const link = await state.findLink(binding.id, 'remote', row.name)
  return async (tx) => {
    if (isLiving(link) && link.remote !== null && link.state === 'ok' && sameGroups(link.remote.base, facts.groups)) {
      // Touched by the other side's own housekeeping, or our own write told once more.
      await state.putLinks([{ ...link, remote: { ...link.remote, etag: result.etag } }], { tx })
      await state.deleteInbox([row], { tx })
      return
    }
    const loaded: InboxRow = {
      ...row,
      state: 'loaded',
      etag: result.etag,
      uid: facts.uid,
      digest: digestOfGroups(facts.groups),
      operationId: result.operationId,
      data: result.data,
      modifiedMs: result.modifiedMs,
      isOrganizer: result.isOrganizer,
      goneRun: null,
    }
    await state.putInbox([loaded], { tx })
  }
}

/**
 * Not found is not gone yet: an object that moves is missing in one round and there in another, and a new one may be hidden for a
 * while. Gone is what another run does not find either.
 */
const absorbMissing = async (context: RunContext, row: InboxRow): Promise<Write> => {
  const { state, binding, limits, run } = context
  const link = await state.findLink(binding.id, 'remote', row.name)
  // Told to be there and not there: it may have come and gone, or the feed speaks of another folder and not of ours.
  if (!isLiving(link) && row.etag !== null) context.reads.strange += 1
  return async (tx) => {
    if (!isLiving(link)) {
      await state.deleteInbox([row], { tx })
      return
    }
    if (row.state === 'gone') {
      await state.putInbox([{ ...row, etag: null }], { tx })
      return
    }
    const nowMs = context.now()
    await state.putInbox(
      [{ ...row, state: 'gone', etag: null, goneRun: run.id, seenMs: nowMs, notBeforeMs: nowMs + limits.goneGraceMs }],
      { tx },
    )
  }
}

/** Unreadable is never gone. */
const absorbFailure = (context: RunContext, row: InboxRow, error: Error): Write | Aside => {
  const failure = failureOf(error)
  if (failure === null || failure.scope === 'run') throw error
  if (CalendarError.is(error, 'unrepresentable')) {
    // It is there, and can be kept in step no longer: a series that has grown beyond what the other side is given of one.
    const reason = typeof error.details?.reason === 'string' ? error.details.reason : failure.reason
    return { row, state: 'unsupported', reason }
  }
  context.reads.unreadable += 1
  if (RemoteError.is(error) && failure.again && row.attempts + 1 < context.limits.maxAttempts) {
    const notBeforeMs = context.now() + context.limits.retryMs * 2 ** row.attempts
    return (tx) => context.state.putInbox([{ ...row, attempts: row.attempts + 1, notBeforeMs }], { tx })
  }
  return { row, state: 'quarantined', reason: 'unreadable' }
}
