import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openKeys } from './keys.ts'

describe('openKeys', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portal-keys-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('gives the same keys on the next start, from files that only their owner may read', async () => {
    const first = await openKeys(folder, randomBytes)
    const second = await openKeys(folder, randomBytes)
    expect(Buffer.from(second.feedLinks)).toEqual(Buffer.from(first.feedLinks))
    expect(Buffer.from(second.appPasswords)).toEqual(Buffer.from(first.appPasswords))
    expect(Buffer.from(first.appPasswords)).not.toEqual(Buffer.from(first.feedLinks))
    expect((await stat(join(folder, 'keys', 'feed-links'))).mode & 0o777).toBe(0o600)
  })

  it('refuses a key file that was cut short instead of working with a weak key', async () => {
    await openKeys(folder, randomBytes)
    await writeFile(join(folder, 'keys', 'feed-links'), 'c2hvcnQ')
    await expect(openKeys(folder, randomBytes)).rejects.toThrow(/no key of 32 bytes/)
  })
})
