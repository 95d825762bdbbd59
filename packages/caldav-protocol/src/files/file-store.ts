import type { CallOptions, ETag, PrincipalId, WriteOptions } from '@dayport/core'
import type { KeptPatch, KeptProperties } from '../kept/property-store.ts'

/** Names from a person's root collection down, joined by `/`; `''` is the root itself. Decoded; no name is empty or holds a slash. */
export type FilePath = string

/** A file, or a plain collection (RFC 4918 §5.2) of them. */
export interface FileNode {
  readonly path: FilePath
  readonly kind: 'file' | 'collection'
  /** Of a file; a collection has none. */
  readonly etag: ETag | null
  /** As the client named it; `null` when it did not, and for collections. */
  readonly contentType: string | null
  /** 0 for collections. */
  readonly bytes: number
  /** ms since the Unix epoch. */
  readonly createdMs: number
  /** ms since the Unix epoch, of the last change of the content. */
  readonly modifiedMs: number
  readonly properties: KeptProperties
}

/** A write lock. RFC 4918 §6–7. */
export interface FileLock {
  /** A URI, `urn:uuid:…`. */
  readonly token: string
  /** Its root. What is below it is locked too when the lock is deep. */
  readonly path: FilePath
  readonly deep: boolean
  readonly exclusive: boolean
  /** The XML of `D:owner` as the client sent it; `null` when it sent none. */
  readonly note: string | null
  /** What the client is told of the time, in seconds. */
  readonly timeoutSeconds: number
  /** ms since the Unix epoch. The store keeps what is expired until it is removed. */
  readonly expiresMs: number
}

/** What a file is made of. */
export interface FileDraft {
  readonly data: Uint8Array
  readonly contentType: string | null
}

/**
 * Files of people: each person has one tree, whose root is always there. Takes part in the units of work of the calendar store, so
 * that a condition, a lock and the write that they guard are one step.
 */
export interface FileStore {
  /** `null` when nothing is there. */
  getNode(owner: PrincipalId, path: FilePath, options?: CallOptions): Promise<FileNode | null>
  /** Direct members, by name. */
  listMembers(owner: PrincipalId, path: FilePath, options?: CallOptions): Promise<readonly FileNode[]>
  /** `null` when there is no file. */
  readFile(owner: PrincipalId, path: FilePath, options?: CallOptions): Promise<Uint8Array | null>
  /** Bytes and number of everything that the person keeps; the root is not counted. */
  usage(owner: PrincipalId, options?: CallOptions): Promise<{ readonly bytes: number; readonly nodes: number }>
  /**
   * Writes a new file or the content of one that is there, whose properties stay. Two writes have two etags.
   *
   * @throws {CalendarError} `not-found` without a parent collection, `already-exists` where a collection is.
   */
  putFile(
    owner: PrincipalId,
    path: FilePath,
    draft: FileDraft,
    options?: WriteOptions,
  ): Promise<{ readonly etag: ETag; readonly created: boolean }>
  /** @throws {CalendarError} `not-found` without a parent collection, `already-exists`. */
  makeCollection(owner: PrincipalId, path: FilePath, options?: WriteOptions): Promise<void>
  /** @throws {CalendarError} `not-found`. */
  patchNode(owner: PrincipalId, path: FilePath, patch: KeptPatch, options?: WriteOptions): Promise<void>
  /**
   * With properties, without locks; the root cannot be copied or moved. `deep: false` copies a collection without its members.
   *
   * @throws {CalendarError} `not-found` for the source or the new parent, `already-exists`.
   */
  copyTree(
    owner: PrincipalId,
    from: FilePath,
    to: FilePath,
    copy: { readonly deep: boolean },
    options?: WriteOptions,
  ): Promise<void>
  /** With properties; etags stay, locks of the source end. @throws {CalendarError} as {@link copyTree}. */
  moveTree(owner: PrincipalId, from: FilePath, to: FilePath, options?: WriteOptions): Promise<void>
  /** With everything below and the locks there. The root is emptied. @throws {CalendarError} `not-found`. */
  removeTree(owner: PrincipalId, path: FilePath, options?: WriteOptions): Promise<void>
  /** Every lock of the person's tree, expired ones too. */
  listLocks(owner: PrincipalId, options?: CallOptions): Promise<readonly FileLock[]>
  /** A new lock, or the new state of the one of that token. */
  putLock(owner: PrincipalId, lock: FileLock, options?: WriteOptions): Promise<void>
  /** Nothing there is no error. */
  removeLock(owner: PrincipalId, token: string, options?: WriteOptions): Promise<void>
}

/** The collection that holds it; `null` for the root. */
export const parentPath = (path: FilePath): FilePath | null => {
  if (path === '') return null
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

/** Whether a path lies somewhere below another one; not the same one. */
export const isBelow = (path: FilePath, above: FilePath): boolean =>
  above === '' ? path !== '' : path.startsWith(`${above}/`)

/** The last name of a path; `''` for the root. */
export const nameOf = (path: FilePath): string => path.slice(path.lastIndexOf('/') + 1)

/** Whether a lock holds at a path: its own root, or below that when it is deep. RFC 4918 §7.4. */
export const covers = (lock: FileLock, path: FilePath): boolean =>
  lock.path === path || (lock.deep && isBelow(path, lock.path))
