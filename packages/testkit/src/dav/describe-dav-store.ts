import type { FileLock, FileStore, PropertyStore } from '@dayport/caldav-protocol'
import type { UnitOfWork } from '@dayport/core'
import { describe, expect, it } from 'vitest'
import { codeOf } from '../drafts.ts'

/** The CalDAV door's own parts of a store under test, fresh and empty. */
export interface OpenDavStore {
  readonly store: UnitOfWork
  readonly files: FileStore
  readonly properties: PropertyStore
  /** Called after each test. */
  close?(): Promise<void>
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const draft = (text: string) => ({ data: bytes(text), contentType: 'text/plain' })
const lock = (token: string, path: string, patch: Partial<FileLock> = {}): FileLock => ({
  token,
  path,
  deep: true,
  exclusive: true,
  note: null,
  timeoutSeconds: 60,
  expiresMs: 1_000,
  ...patch,
})

/** The contract of `FileStore` and `PropertyStore` as a vitest suite. Each test opens a fresh, empty store and closes it. */
export const describeDavStore = (name: string, open: () => Promise<OpenDavStore>): void => {
  const kept =
    (test: (kit: OpenDavStore) => Promise<void>): (() => Promise<void>) =>
    async () => {
      const opened = await open()
      try {
        await test(opened)
      } finally {
        await opened.close?.()
      }
    }
  const pathsOf = async (files: FileStore, path: string, owner = 'ann'): Promise<string[]> =>
    (await files.listMembers(owner, path)).map((node) => node.path)
  const textOf = async (files: FileStore, path: string, owner = 'ann'): Promise<string | null> => {
    const data = await files.readFile(owner, path)
    return data === null ? null : new TextDecoder().decode(data)
  }
  /** `a/`, `a/one`, `a/b/`, `a/b/two`, and `ab` beside them. */
  const grown = async ({ files }: OpenDavStore): Promise<void> => {
    await files.makeCollection('ann', 'a')
    await files.putFile('ann', 'a/one', draft('1'))
    await files.makeCollection('ann', 'a/b')
    await files.putFile('ann', 'a/b/two', draft('2'))
    await files.putFile('ann', 'ab', draft('beside'))
  }

  describe(`files: ${name}`, () => {
    it(
      'has the root of everybody, with nothing in it',
      kept(async ({ files }) => {
        expect((await files.getNode('ann', ''))?.kind).toBe('collection')
        expect(await files.listMembers('ann', '')).toEqual([])
        expect(await files.getNode('ann', 'a')).toBeNull()
        expect(await files.usage('ann')).toEqual({ bytes: 0, nodes: 0 })
      }),
    )

    it(
      'keeps bytes and type, and gives each write another etag',
      kept(async ({ files }) => {
        const first = await files.putFile('ann', 'x', draft('same'))
        const second = await files.putFile('ann', 'x', draft('same'))
        expect([first.created, second.created]).toEqual([true, false])
        expect(second.etag).not.toBe(first.etag)
        expect(await textOf(files, 'x')).toBe('same')
        const node = await files.getNode('ann', 'x')
        expect(node).toMatchObject({ kind: 'file', etag: second.etag, contentType: 'text/plain', bytes: 4 })
        expect(await files.usage('ann')).toEqual({ bytes: 4, nodes: 1 })
      }),
    )

    it(
      'keeps nothing of one person in the tree of another',
      kept(async ({ files }) => {
        await files.putFile('ann', 'x', draft('mine'))
        expect(await files.getNode('ben', 'x')).toBeNull()
        expect(await files.readFile('ben', 'x')).toBeNull()
        expect(await files.usage('ben')).toEqual({ bytes: 0, nodes: 0 })
      }),
    )

    it(
      'makes nothing without a parent, below a file or where something is',
      kept(async (kit) => {
        const { files } = kit
        await grown(kit)
        expect(await codeOf(files.putFile('ann', 'no/x', draft('')))).toBe('not-found')
        expect(await codeOf(files.makeCollection('ann', 'no/x'))).toBe('not-found')
        expect(await codeOf(files.putFile('ann', 'ab/x', draft('')))).toBe('not-found')
        expect(await codeOf(files.makeCollection('ann', 'ab'))).toBe('already-exists')
        expect(await codeOf(files.makeCollection('ann', ''))).toBe('already-exists')
        expect(await codeOf(files.putFile('ann', 'a', draft('')))).toBe('already-exists')
      }),
    )

    it(
      'lists direct members only, by name',
      kept(async (kit) => {
        await grown(kit)
        expect(await pathsOf(kit.files, '')).toEqual(['a', 'ab'])
        expect(await pathsOf(kit.files, 'a')).toEqual(['a/b', 'a/one'])
      }),
    )

    it(
      'keeps properties through a new content, and of the root',
      kept(async ({ files }) => {
        await files.putFile('ann', 'x', draft('1'))
        await files.patchNode('ann', 'x', { '{urn:a}p': '<p xmlns="urn:a"/>' })
        await files.putFile('ann', 'x', draft('2'))
        await files.patchNode('ann', 'x', { '{urn:a}q': '<q xmlns="urn:a"/>', '{urn:a}p': null })
        expect((await files.getNode('ann', 'x'))?.properties).toEqual({ '{urn:a}q': '<q xmlns="urn:a"/>' })
        await files.patchNode('ann', '', { '{urn:a}p': '<p xmlns="urn:a"/>' })
        expect((await files.getNode('ann', ''))?.properties).toEqual({ '{urn:a}p': '<p xmlns="urn:a"/>' })
        expect(await pathsOf(files, '')).toEqual(['x'])
        expect((await files.usage('ann')).nodes).toBe(1)
        expect(await codeOf(files.patchNode('ann', 'no', {}))).toBe('not-found')
      }),
    )

    it(
      'copies a tree with properties and without locks, or only its root',
      kept(async (kit) => {
        const { files } = kit
        await grown(kit)
        await files.patchNode('ann', 'a/one', { '{urn:a}p': '<p xmlns="urn:a"/>' })
        await files.putLock('ann', lock('urn:uuid:1', 'a'))
        await files.copyTree('ann', 'a', 'c', { deep: true })
        expect(await textOf(files, 'c/b/two')).toBe('2')
        expect((await files.getNode('ann', 'c/one'))?.properties).toHaveProperty('{urn:a}p')
        expect((await files.getNode('ann', 'c/one'))?.etag).not.toBe((await files.getNode('ann', 'a/one'))?.etag)
        expect(await textOf(files, 'a/one')).toBe('1')
        expect((await files.listLocks('ann')).map(({ path }) => path)).toEqual(['a'])
        await files.copyTree('ann', 'a', 'shell', { deep: false })
        expect(await pathsOf(files, 'shell')).toEqual([])
        expect(await codeOf(files.copyTree('ann', 'a', 'c', { deep: true }))).toBe('already-exists')
        expect(await codeOf(files.copyTree('ann', 'a', 'no/c', { deep: true }))).toBe('not-found')
        expect(await codeOf(files.copyTree('ann', 'no', 'd', { deep: true }))).toBe('not-found')
      }),
    )

    it(
      'moves a tree with etags, and ends the locks of where it was',
      kept(async (kit) => {
        const { files } = kit
        await grown(kit)
        const before = await files.getNode('ann', 'a/b/two')
        await files.putLock('ann', lock('urn:uuid:1', 'a/b'))
        await files.putLock('ann', lock('urn:uuid:2', 'ab'))
        await files.makeCollection('ann', 'new')
        await files.moveTree('ann', 'a', 'new/я')
        expect(await files.getNode('ann', 'new/я/b/two')).toEqual({ ...before, path: 'new/я/b/two' })
        expect(await pathsOf(files, 'new/я')).toEqual(['new/я/b', 'new/я/one'])
        expect(await pathsOf(files, '')).toEqual(['ab', 'new'])
        expect((await files.listLocks('ann')).map(({ token }) => token)).toEqual(['urn:uuid:2'])
        expect(await codeOf(files.moveTree('ann', 'a', 'x'))).toBe('not-found')
        expect(await codeOf(files.moveTree('ann', '', 'x'))).toBe('not-found')
      }),
    )

    it(
      'removes a tree and nothing beside it; the root is emptied',
      kept(async (kit) => {
        const { files } = kit
        await grown(kit)
        await files.putLock('ann', lock('urn:uuid:1', 'a/b'))
        await files.removeTree('ann', 'a')
        expect(await pathsOf(files, '')).toEqual(['ab'])
        expect(await files.getNode('ann', 'a/b/two')).toBeNull()
        expect(await files.listLocks('ann')).toEqual([])
        expect(await codeOf(files.removeTree('ann', 'a'))).toBe('not-found')
        await files.removeTree('ann', '')
        expect(await pathsOf(files, '')).toEqual([])
      }),
    )

    it(
      'keeps locks until they are removed, each under its token',
      kept(async ({ files }) => {
        const first = lock('urn:uuid:1', 'x', { note: '<owner xmlns="DAV:">me</owner>', deep: false, exclusive: false })
        await files.putLock('ann', first)
        expect(await files.listLocks('ann')).toEqual([first])
        await files.putLock('ann', { ...first, expiresMs: 9_000 })
        expect(await files.listLocks('ann')).toEqual([{ ...first, expiresMs: 9_000 }])
        await files.removeLock('ben', 'urn:uuid:1')
        expect(await files.listLocks('ann')).toHaveLength(1)
        await files.removeLock('ann', 'urn:uuid:1')
        expect(await files.listLocks('ann')).toEqual([])
      }),
    )

    it(
      'takes part in units of work: all of it is seen together, or nothing is done',
      kept(async ({ store, files, properties }) => {
        await expect(
          store.transaction(async (tx) => {
            await files.putFile('ann', 'x', draft('1'), { tx })
            await files.putLock('ann', lock('urn:uuid:1', 'x'), { tx })
            await properties.patchProperties('s', 'i', { '{urn:a}p': '<p/>' }, { tx })
            expect(await files.getNode('ann', 'x')).toBeNull()
            expect(await files.getNode('ann', 'x', { tx })).not.toBeNull()
            throw new Error('undo')
          }),
        ).rejects.toThrow('undo')
        expect(await files.getNode('ann', 'x')).toBeNull()
        expect(await files.listLocks('ann')).toEqual([])
        expect(await properties.getProperties('s', 'i')).toEqual({})
        await store.transaction((tx) => files.putFile('ann', 'x', draft('1'), { tx }))
        expect(await textOf(files, 'x')).toBe('1')
      }),
    )
  })

  describe(`kept properties: ${name}`, () => {
    it(
      'are merged, removed and listed by scope',
      kept(async ({ properties }) => {
        await properties.patchProperties('s', 'one', { '{urn:a}p': '<p/>', '{urn:a}q': '<q/>' })
        await properties.patchProperties('s', 'one', { '{urn:a}p': null, '{urn:a}r': '<r/>' })
        await properties.patchProperties('s', 'two', { '{urn:a}p': '<p/>' })
        await properties.patchProperties('t', 'one', { '{urn:a}p': '<p/>' })
        expect(await properties.getProperties('s', 'one')).toEqual({ '{urn:a}q': '<q/>', '{urn:a}r': '<r/>' })
        expect([...(await properties.listProperties('s')).keys()].sort()).toEqual(['one', 'two'])
        await properties.removeProperties('s', 'two')
        await properties.removeProperties('s', 'three')
        expect([...(await properties.listProperties('s')).keys()]).toEqual(['one'])
        await properties.removeProperties('s', null)
        expect((await properties.listProperties('s')).size).toBe(0)
        expect((await properties.listProperties('t')).size).toBe(1)
      }),
    )
  })
}
