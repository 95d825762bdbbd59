import type { XmlWriter } from '@dayport/core/xml'
import type { Exchange } from '../exchange.ts'
import { type FileLock, isBelow } from '../files/file-store.ts'
import { calendarsOwnedBy } from '../principals/proxies.ts'
import { type CalendarResource, type FileResource, fileHref, type HomeResource } from '../resources.ts'
import { dav } from '../wire/names.ts'
import { property } from './property.ts'

/** RFC 4918 §15.1, by RFC 3339. */
export const creationDate = property({
  name: dav('creationdate'),
  on: ['calendar', 'folder', 'file'],
  allprop: true,
  get: (resource) => {
    const createdMs = resource.kind === 'calendar' ? (resource.calendar.createdMs ?? 0) : resource.node.createdMs
    return createdMs === 0 ? null : new Date(createdMs).toISOString().replace(/\.\d+Z$/, 'Z')
  },
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

/**
 * RFC 4331 §4: of a calendar its objects, for who owns it; of a home all calendars in it; of files the person's whole tree, wherever in
 * it one asks.
 */
export const quotaUsed = property({
  name: dav('quota-used-bytes'),
  on: ['home', 'calendar', 'folder'],
  get: async (resource, x) => {
    const used = await usedBytes(resource, x)
    return used === null ? null : String(used)
  },
})

/** RFC 4331 §3. A home has no bound of its own: each of its calendars has. */
export const quotaAvailable = property({
  name: dav('quota-available-bytes'),
  on: ['calendar', 'folder'],
  get: async (resource, x) => {
    const used = await usedBytes(resource, x)
    if (used === null) return null
    const most = resource.kind === 'calendar' ? x.limits.maxCalendarBytes : x.limits.maxFilesBytes
    return String(Math.max(0, most - used))
  },
})

const usedBytes = async (
  resource: CalendarResource | FileResource | HomeResource,
  x: Exchange,
): Promise<number | null> => {
  switch (resource.kind) {
    case 'calendar':
      return (await x.may('own', resource.calendar)) ? (resource.calendar.bytes ?? null) : null
    case 'home': {
      if (resource.owner.id !== x.me.id) return null
      const own = await calendarsOwnedBy(x, x.me.id)
      return own.reduce((sum, { bytes = 0 }) => sum + bytes, 0)
    }
    default:
      return (await x.files?.usage(resource.owner.id))?.bytes ?? 0
  }
}
