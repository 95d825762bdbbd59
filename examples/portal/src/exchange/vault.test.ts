import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createVault } from './vault.ts'

const key = new Uint8Array(32).fill(7)

describe('a vault', () => {
  it('gives back what it sealed, under the same purpose', () => {
    const vault = createVault(key, randomBytes)
    const sealed = vault.seal('пароль: R&D', 'exchange')
    expect(sealed).not.toContain('пароль')
    expect(vault.open(sealed, 'exchange')).toBe('пароль: R&D')
  })

  it('seals the same secret differently each time', () => {
    const vault = createVault(key, randomBytes)
    expect(vault.seal('a', 'exchange')).not.toBe(vault.seal('a', 'exchange'))
  })

  it('opens nothing under another purpose, by another key, or that was changed', () => {
    const vault = createVault(key, randomBytes)
    const sealed = vault.seal('secret', 'exchange')
    expect(() => vault.open(sealed, 'oidc')).toThrow()
    expect(() => createVault(new Uint8Array(32).fill(8), randomBytes).open(sealed, 'exchange')).toThrow()
    const parts = sealed.split('.')
    for (let i = 0; i < parts.length; i += 1) {
      const changed = parts.map((part, at) => (at === i ? `${part.slice(0, -2)}AA` : part)).join('.')
      if (changed !== sealed) expect(() => vault.open(changed, 'exchange')).toThrow()
    }
    for (const text of ['', 'v1', 'v1..', 'v1.AA.AA.AA', sealed.slice(0, -4)]) {
      expect(() => vault.open(text, 'exchange')).toThrow()
    }
  })
})
