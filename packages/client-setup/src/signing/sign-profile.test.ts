import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appleProfile } from '../apple-profile.ts'
import { input } from '../test-input.ts'
import { signerName, signProfile } from './sign-profile.ts'

const openssl = '/usr/bin/openssl'
const nowMs = Date.UTC(2026, 10, 26, 12)

// OpenSSL is another's implementation of CMS: it makes the certificates here, and reads what we signed.
describe.skipIf(!existsSync(openssl))('a signed profile, read by OpenSSL', () => {
  let folder = ''
  const run = (...args: string[]): string => execFileSync(openssl, args, { cwd: folder, stdio: 'pipe' }).toString()
  const signerOf = async (name: string) => ({
    certificate: await readFile(join(folder, `${name}.crt`), 'utf8'),
    key: await readFile(join(folder, `${name}.key`), 'utf8'),
  })
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signing-'))
    for (const [name, kind] of [
      ['rsa', ['rsa:2048']],
      ['ec', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256']],
    ] as const) {
      run(
        'req',
        '-x509',
        '-newkey',
        ...kind,
        '-nodes',
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.crt`,
        '-subj',
        '/CN=portal.example.com',
        '-days',
        '3650',
      )
    }
  })
  afterAll(() => rm(folder, { recursive: true }))

  for (const name of ['rsa', 'ec'] as const) {
    it(`is CMS SignedData in DER with the profile inside, ${name} (RFC 5652 §5)`, async () => {
      const profile = appleProfile(input, () => '00000000-0000-4000-8000-000000000001')
      const signed = await signProfile(profile, await signerOf(name), nowMs)
      await writeFile(join(folder, 'profile.der'), signed)
      const shown = run(
        'cms',
        '-verify',
        '-inform',
        'DER',
        '-in',
        'profile.der',
        '-CAfile',
        `${name}.crt`,
        '-purpose',
        'any',
        '-binary',
      )
      expect(shown).toBe(profile)
      // DER has no indefinite and no constructed octet string.
      const structure = run('asn1parse', '-inform', 'DER', '-in', 'profile.der')
      expect(structure).not.toMatch(/l=inf|cons: OCTET STRING/)
      expect(structure).toContain('UTCTIME           :261126120000Z')

      signed[signed.length - 200] = (signed[signed.length - 200] ?? 0) ^ 1
      await writeFile(join(folder, 'changed.der'), signed)
      expect(() =>
        run(
          'cms',
          '-verify',
          '-inform',
          'DER',
          '-in',
          'changed.der',
          '-CAfile',
          `${name}.crt`,
          '-purpose',
          'any',
          '-binary',
        ),
      ).toThrow()
    })
  }

  it('names its signer, and is not made with a key that belongs to another certificate', async () => {
    const [rsa, ec] = [await signerOf('rsa'), await signerOf('ec')]
    expect(signerName(rsa.certificate)).toBe('portal.example.com')
    await expect(signProfile('x', { certificate: rsa.certificate, key: ec.key }, nowMs)).rejects.toThrow()
    await expect(signProfile('x', { certificate: 'nothing', key: rsa.key }, nowMs)).rejects.toThrow(TypeError)
  })
})
