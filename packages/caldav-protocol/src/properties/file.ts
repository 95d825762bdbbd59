import type { XmlWriter } from '@dayport/core/xml'
import type { Exchange } from '../exchange.ts'
import { type FileLock, isBelow } from '../files/file-store.ts'
import { fileHref } from '../resources.ts'
import { dav } from '../wire/names.ts'
import { property } from './property.ts'

/** RFC 4918 §15.1, by RFC 3339. */
export const creationDate = property({
  name: dav('creationdate'),
  on: ['folder', 'file'],
  allprop: true,
  get: ({ node }) => (node.createdMs === 0 ? null : new Date(node.createdMs).toISOString().replace(/\.\d+Z$/, 'Z')),
})

/** RFC 4918 §15.10. */
export const supportedLock = property({
  name: dav('supportedlock'),
  on: ['folder', 'file'],
  allprop: true,
  get: () => (writer) => {
    for (const scope of ['exclusive', 'shared']) {
      writer.open(dav('lockentry'))
      writeKind(writer, scope)
      writer.close()
    }
  },
})

/** RFC 4918 §15.8: the locks that hold here, also those from above. */
export const lockDiscovery = property({
  name: dav('lockdiscovery'),
  on: ['folder', 'file'],
  allprop: true,
  get: async ({ node: { path } }, x) => {
    const locks = (await x.locks()).filter((lock) => lock.path === path || (lock.deep && isBelow(path, lock.path)))
    const roots = await Promise.all(
      locks.map(async (lock) => ({ lock, kind: (await x.files?.getNode(x.me.id, lock.path))?.kind ?? 'file' })),
    )
    return (writer) => {
      for (const { lock, kind } of roots) writeActiveLock(writer, x, lock, kind)
    }
  },
})

/** RFC 4918 §14.1. `kind` is that of the lock's root, whose address it tells. */
export const writeActiveLock = (writer: XmlWriter, x: Exchange, lock: FileLock, kind: 'file' | 'collection'): void => {
  writer.open(dav('activelock'))
  writeKind(writer, lock.exclusive ? 'exclusive' : 'shared')
  writer.element(dav('depth'), lock.deep ? 'infinity' : '0')
  if (lock.note !== null) writer.raw(lock.note)
  const left = Math.max(0, Math.ceil((lock.expiresMs - x.now()) / 1000))
  writer.element(dav('timeout'), `Second-${Math.min(left, lock.timeoutSeconds)}`)
  writer.open(dav('locktoken')).element(dav('href'), lock.token).close()
  writer
    .open(dav('lockroot'))
    .element(dav('href'), fileHref(x, x.me, lock.path, kind))
    .close()
  writer.close()
}

const writeKind = (writer: XmlWriter, scope: string): void => {
  writer.open(dav('lockscope')).element(dav(scope)).close()
  writer.open(dav('locktype')).element(dav('write')).close()
}

/** RFC 4331 §3: of the person's whole tree, wherever in it one asks. */
export const quotaUsed = property({
  name: dav('quota-used-bytes'),
  on: ['folder'],
  get: async ({ owner }, x) => String((await x.files?.usage(owner.id))?.bytes ?? 0),
})

/** RFC 4331 §4. */
export const quotaAvailable = property({
  name: dav('quota-available-bytes'),
  on: ['folder'],
  get: async ({ owner }, x) => {
    const used = (await x.files?.usage(owner.id))?.bytes ?? 0
    return String(Math.max(0, x.limits.maxFilesBytes - used))
  },
})
