import { CalendarError, type WriteOptions } from '@dayport/core'
import { createXmlWriter, serializeElement, type XmlElement } from '@dayport/core/xml'
import { DavError, refusal } from '../errors.ts'
import { type Exchange, liveLocks } from '../exchange.ts'
import { methodNotAllowed } from '../methods/options.ts'
import { writeActiveLock } from '../properties/file.ts'
import { fileHref } from '../resources.ts'
import { expectRoot, readXml } from '../wire/body.ts'
import { readDepth } from '../wire/headers.ts'
import { ifLists } from '../wire/if-header.ts'
import { answerNamespaces, dav } from '../wire/names.ts'
import { covers, type FileLock, type FilePath, type FileStore, isBelow } from './file-store.ts'
import { assertOwnFiles } from './own-files.ts'
import { assertRoom } from './quota.ts'
import { type WriteTarget, writeFile } from './write-file.ts'

/** Characters of `D:owner` that are kept with a lock. */
const maxNoteLength = 4_096

/** RFC 4918 §9.10. Locks are there for files; calendars have etags and no locks. */
export const lock = async (x: Exchange): Promise<Response> => {
  const { address } = x
  if (address.kind !== 'file') throw methodNotAllowed(x)
  await assertOwnFiles(x)
  const body = await readXml(x)
  const depth = readDepth(x.request.headers)
  if (depth === '1') throw new DavError(400, { message: 'Expected Depth to be 0 or infinity' })
  if (body === null) return refresh(x, address.path)
  const wanted = readLockInfo(expectRoot(body, dav('lockinfo')))

  const here = await x.files?.getNode(x.me.id, address.path)
  const created = here === null
  // RFC 4918 §7.3: an address without a resource becomes an empty file.
  const seconds = timeoutSeconds(x)
  const targets: readonly WriteTarget[] = created ? [{ path: address.path, membership: 'comes' }] : []
  const made = await writeFile(x, targets, async (files, call) => {
    const deep = depth !== '0'
    await assertNoConflict(x, files, address.path, { deep, exclusive: wanted.exclusive }, call)
    if (created) {
      await assertRoom(x, files, { bytes: 0, nodes: 1 }, call)
      await files
        .putFile(x.me.id, address.path, { data: new Uint8Array(), contentType: null }, call)
        .catch((error: unknown) => {
          if (CalendarError.is(error, 'not-found')) throw new DavError(409, { message: 'The parent is not there' })
          throw error
        })
    }
    const lock: FileLock = {
      token: `urn:uuid:${x.newId()}`,
      path: address.path,
      deep,
      exclusive: wanted.exclusive,
      note: wanted.note,
      timeoutSeconds: seconds,
      expiresMs: x.now() + seconds * 1000,
    }
    await files.putLock(x.me.id, lock, call)
    return lock
  })
  return answer(x, [made], created ? 201 : 200, { 'lock-token': `<${made.token}>` })
}

/** RFC 4918 §9.11. */
export const unlock = async (x: Exchange): Promise<Response> => {
  const { address } = x
  if (address.kind !== 'file') throw methodNotAllowed(x)
  await assertOwnFiles(x)
  const token = /^\s*<([^<>\s]+)>\s*$/.exec(x.request.headers.get('lock-token') ?? '')?.[1]
  if (token === undefined) throw new DavError(400, { message: 'Expected a Lock-Token' })
  await writeFile(x, [], async (files, call) => {
    const held = (await liveLocks(x, x.me.id, call)).find((lock) => lock.token === token)
    if (held === undefined || !covers(held, address.path)) throw refusal(409, dav('lock-token-matches-request-uri'))
    await files.removeLock(x.me.id, token, call)
  })
  return new Response(null, { status: 204 })
}

/** RFC 4918 §9.10.2: of the lock whose token stands in `If`. */
const refresh = async (x: Exchange, path: FilePath): Promise<Response> => {
  const lists = ifLists(x)
  if (lists === null) throw new DavError(400, { message: 'Expected a lockinfo body, or If with the token of a lock' })
  const given = new Set(lists.flatMap(({ tests }) => tests.filter(({ not }) => !not).map(({ value }) => value)))
  const seconds = timeoutSeconds(x)
  const renewed = await writeFile(x, [], async (files, call) => {
    const held = (await liveLocks(x, x.me.id, call)).find((lock) => given.has(lock.token) && covers(lock, path))
    if (held === undefined) throw refusal(412, dav('lock-token-matches-request-uri'))
    const lock = { ...held, timeoutSeconds: seconds, expiresMs: x.now() + seconds * 1000 }
    await files.putLock(x.me.id, lock, call)
    return lock
  })
  return answer(x, [renewed], 200, {})
}

const answer = async (
  x: Exchange,
  locks: readonly FileLock[],
  status: number,
  headers: Readonly<Record<string, string>>,
): Promise<Response> => {
  const writer = createXmlWriter({ namespaces: answerNamespaces }).open(dav('prop')).open(dav('lockdiscovery'))
  for (const lock of locks) {
    const kind = (await x.files?.getNode(x.me.id, lock.path))?.kind ?? 'file'
    writeActiveLock(writer, x, lock, kind)
  }
  return new Response(writer.close().close().take(), {
    status,
    headers: { 'content-type': 'application/xml; charset=utf-8', 'cache-control': 'no-store', ...headers },
  })
}

interface LockInfo {
  readonly exclusive: boolean
  readonly note: string | null
}

const readLockInfo = (body: XmlElement): LockInfo => {
  const scope = body.child(dav('lockscope'))
  const exclusive = scope?.child(dav('exclusive')) !== undefined
  const shared = scope?.child(dav('shared')) !== undefined
  if (exclusive === shared || body.child(dav('locktype'))?.child(dav('write')) === undefined) {
    throw new DavError(400, { message: 'Expected an exclusive or shared write lock' })
  }
  const owner = body.child(dav('owner'))
  const note = owner === undefined ? null : serializeElement(owner)
  if (note !== null && note.length > maxNoteLength) {
    throw new DavError(413, { message: `Expected an owner of at most ${maxNoteLength} characters` })
  }
  return { exclusive, note }
}

/** The first wish that is understood, at most as long as locks may last; without one, that long. RFC 4918 §10.7. */
const timeoutSeconds = (x: Exchange): number => {
  const wishes = (x.request.headers.get('timeout') ?? '').split(',').map((wish) => wish.trim().toLowerCase())
  for (const wish of wishes) {
    const seconds = /^second-(\d{1,10})$/.exec(wish)?.[1]
    if (seconds !== undefined && Number(seconds) > 0) return Math.min(Number(seconds), x.limits.maxLockSeconds)
    if (wish === 'infinite') break
  }
  return x.limits.maxLockSeconds
}

/** RFC 4918 §6.1: an exclusive lock stands alone, wherever its trees meet another's. What has run out goes at this occasion. */
const assertNoConflict = async (
  x: Exchange,
  files: FileStore,
  path: FilePath,
  { deep, exclusive }: { readonly deep: boolean; readonly exclusive: boolean },
  call: WriteOptions,
): Promise<void> => {
  const live = await liveLocks(x, x.me.id, call)
  const known = new Set(live.map(({ token }) => token))
  for (const { token } of await files.listLocks(x.me.id, call)) {
    if (!known.has(token)) await files.removeLock(x.me.id, token, call)
  }
  if (live.length >= x.limits.maxLocks) throw new DavError(507, { message: 'Too many locks' })
  const meeting = live.filter((other) => covers(other, path) || (deep && isBelow(other.path, path)))
  const conflicts = meeting.filter((other) => exclusive || other.exclusive)
  if (conflicts.length === 0) return
  const hrefs = await Promise.all(
    [...new Set(conflicts.map((other) => other.path))].map(async (root) =>
      fileHref(x, x.me, root, (await files.getNode(x.me.id, root, call))?.kind ?? 'file'),
    ),
  )
  throw refusal(423, dav('no-conflicting-lock'), (writer) => {
    for (const href of hrefs) writer.element(dav('href'), href)
  })
}
