import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from './config.ts'

describe('readConfig', () => {
  it('uses the documented defaults when nothing is set', () => {
    expect(readConfig({})).toEqual({
      port: 8080,
      host: '127.0.0.1',
      dataDir: './data',
      publicUrl: null,
      seedFile: null,
      demo: true,
      metricsToken: null,
      oidc: null,
      profileSigner: null,
    })
  })

  it('refuses DATABASE_URL with a message that says what to do', () => {
    expect(() => readConfig({ DATABASE_URL: 'postgres://db/portal' })).toThrow(
      /DATABASE_URL: is set, but .* SQLite only/,
    )
  })

  it('names every variable at fault at once', () => {
    try {
      readConfig({ PORT: 'many', PUBLIC_URL: 'https://portal.example.com/path' })
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError)
      expect(String(error)).toMatch(/PORT/)
      expect(String(error)).toMatch(/PUBLIC_URL/)
    }
  })

  it('makes no demo people on a host that others can reach, nor when PORTAL_DEMO is 0', () => {
    expect(readConfig({ HOST: '0.0.0.0' }).demo).toBe(false)
    expect(readConfig({ PORTAL_DEMO: '0' }).demo).toBe(false)
    expect(readConfig({ HOST: '::1' }).demo).toBe(true)
  })
})
