import { assertCondition, type WriteOptions } from '@dayport/core'
import { writeCondition } from '@dayport/http'
import { DavError, refusal } from '../errors.ts'
import { type Exchange, liveLocks } from '../exchange.ts'
import { fileHref } from '../resources.ts'
import { assertNotModified } from '../wire/conditions.ts'
import { assertIf, ifLists } from '../wire/if-header.ts'
import { dav } from '../wire/names.ts'
import { covers, type FileLock, type FilePath, type FileStore, isBelow, parentPath } from './file-store.ts'

/** What a write changes, for the locks that stand in its way. */
export interface WriteTarget {
  readonly path: FilePath
  /** Everything below goes or comes with it. */
  readonly tree?: boolean
  /** It vanishes from its collection (`leaves`), or appears there when nothing is at the path yet (`comes`). */
  readonly membership?: 'leaves' | 'comes'
}

/**
 * Runs a write of files in one unit of work with everything that guards it: `If`, `If-Match`, `If-None-Match` and `If-Unmodified-Since` of
 * the request's resource, and the locks of what is changed, whose tokens must stand in `If`. RFC 4918 §7, §10.4.
 *
 * @throws {DavError} 412 when a condition does not hold; 423 lock-token-submitted.
 */
export const writeFile = async <T>(
  x: Exchange,
  targets: readonly WriteTarget[],
  work: (files: FileStore, call: WriteOptions) => Promise<T>,
): Promise<T> => {
  const { files, address } = x
  if (files === null) throw new DavError(404)
  const lists = ifLists(x)
  const condition = writeCondition(x.request.headers)
  return x.service.transaction(async (tx) => {
    const call: WriteOptions = { origin: { door: 'caldav' }, signal: x.request.signal, tx }
    if (lists !== null) await assertIf(x, lists, tx)
    const { headers } = x.request
    if (address.kind === 'file' && (condition !== undefined || headers.has('if-unmodified-since'))) {
      const node = await files.getNode(x.me.id, address.path, call)
      if (node !== null) assertNotModified(headers, node.modifiedMs)
      // A collection has no etag: only `*` can speak of it.
      assertCondition(condition, node === null ? null : (node.etag ?? ''))
    }
    const given = new Set((lists ?? []).flatMap(({ tests }) => tests.filter(({ not }) => !not).map((t) => t.value)))
    await assertUnlocked(x, files, targets, given, call)
    return work(files, call)
  })
}

const assertUnlocked = async (
  x: Exchange,
  files: FileStore,
  targets: readonly WriteTarget[],
  given: ReadonlySet<string>,
  call: WriteOptions,
): Promise<void> => {
  const locks = await liveLocks(x, x.me.id, call)
  if (locks.length === 0) return
  const known = await Promise.all(
    targets.map(async (target) => {
      const isNew = target.membership === 'comes' && (await files.getNode(x.me.id, target.path, call)) === null
      return { ...target, membership: isNew || target.membership === 'leaves' }
    }),
  )
  const blocking = locks.filter((lock) => known.some((target) => stands(lock, target)))
  // Of shared locks at one place, the token of one is enough.
  const opened = new Set(blocking.filter(({ token }) => given.has(token)).map(({ path }) => path))
  const closed = [...new Set(blocking.map(({ path }) => path))].filter((path) => !opened.has(path))
  if (closed.length === 0) return
  const hrefs = await Promise.all(closed.map((path) => hrefAt(x, files, path, call)))
  throw refusal(423, dav('lock-token-submitted'), (writer) => {
    for (const href of hrefs) writer.element(dav('href'), href)
  })
}

const stands = (
  lock: FileLock,
  { path, tree = false, membership }: Omit<WriteTarget, 'membership'> & { readonly membership: boolean },
): boolean => covers(lock, path) || (tree && isBelow(lock.path, path)) || (membership && lock.path === parentPath(path))

const hrefAt = async (x: Exchange, files: FileStore, path: FilePath, call: WriteOptions): Promise<string> =>
  fileHref(x, x.me, path, (await files.getNode(x.me.id, path, call))?.kind ?? 'file')
