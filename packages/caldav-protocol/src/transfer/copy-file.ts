import { CalendarError, type WriteOptions } from '@dayport/core'
import { DavError, notFound } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { type FilePath, type FileStore, isBelow } from '../files/file-store.ts'
import { assertOwnFiles } from '../files/own-files.ts'
import { assertRoom } from '../files/quota.ts'
import { type WriteTarget, writeFile } from '../files/write-file.ts'
import { preferenceHeaders } from '../wire/headers.ts'
import { isTo, type Transfer } from './transfer.ts'

/** COPY and MOVE among files. RFC 4918 §9.8–9.9. */
export const copyFile = async (x: Exchange, transfer: Transfer): Promise<Response> => {
  const { address, me } = x
  if (address.kind !== 'file' || !isTo(transfer, 'file')) throw notFound()
  const { moves, overwrite, deep } = transfer
  await assertOwnFiles(x)
  const { path: from } = address
  if ((await x.files?.getNode(me.id, from)) == null) throw notFound()
  await assertOwnFiles(x, transfer.destination)
  const { path: to } = transfer.destination
  if (from === to || from === '' || to === '' || isBelow(to, from) || isBelow(from, to)) {
    throw new DavError(403, { message: 'Expected source and destination to lie apart' })
  }
  const targets: readonly WriteTarget[] = [
    { path: to, tree: true, membership: 'comes' },
    ...(moves ? [{ path: from, tree: true, membership: 'leaves' } as const] : []),
  ]
  const created = await writeFile(x, targets, async (files, call) => {
    const taken = (await files.getNode(me.id, to, call)) !== null
    if (taken && !overwrite) throw new DavError(412, { message: 'Something is at the destination' })
    // RFC 4918 §7.3 speaks of addresses: a lock of the destination's own stays.
    const locks = taken ? (await files.listLocks(me.id, call)).filter(({ path }) => path === to) : []
    if (taken) await files.removeTree(me.id, to, call)
    if (!moves) await assertRoom(x, files, await sizeOf(x, files, from, deep, call), call)
    const done = moves ? files.moveTree(me.id, from, to, call) : files.copyTree(me.id, from, to, { deep }, call)
    await done.catch((error: unknown) => {
      // The source was there: it is the destination's parent that is not. §9.8.5.
      if (CalendarError.is(error, 'not-found')) throw new DavError(409, { message: 'The parent is not there' })
      throw error
    })
    for (const lock of locks) await files.putLock(me.id, lock, call)
    return !taken
  })
  return new Response(null, { status: created ? 201 : 204, headers: preferenceHeaders(null) })
}

/** Bytes and number of what a copy makes. */
const sizeOf = async (
  x: Exchange,
  files: FileStore,
  path: FilePath,
  deep: boolean,
  call: WriteOptions,
): Promise<{ readonly bytes: number; readonly nodes: number }> => {
  const node = await files.getNode(x.me.id, path, call)
  let bytes = node?.bytes ?? 0
  let nodes = 1
  const waiting = deep && node?.kind === 'collection' ? [path] : []
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const member of await files.listMembers(x.me.id, at, call)) {
      bytes += member.bytes
      nodes += 1
      if (member.kind === 'collection') waiting.push(member.path)
    }
  }
  return { bytes, nodes }
}
