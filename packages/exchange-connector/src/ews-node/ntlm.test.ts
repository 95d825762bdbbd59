import { spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { md4 } from './md4.ts'
import { authenticateMessage, negotiateMessage, ntlmKey, ntlmResponse, ntlmTemp, parseChallenge } from './ntlm.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytes = (text: string): Uint8Array => Buffer.from(text.replace(/\s+/g, ''), 'hex')

describe('MD4 (RFC 1320 §A.5)', () => {
  it.each([
    ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
    ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
    ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
    ['message digest', 'd9130a8164549fe818874806e1c7014b'],
    [
      '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
      'e33b4ddc9c38f2199c3e7b164fcc0536',
    ],
  ])('of %j is %s', (text, digest) => {
    expect(hex(md4(new TextEncoder().encode(text)))).toBe(digest)
  })
})

describe('NTLM version 2 (MS-NLMP 4.2.4)', () => {
  const account = { user: 'User', password: 'Password', domain: 'Domain' }
  const serverChallenge = bytes('0123456789abcdef')
  const clientChallenge = bytes('aaaaaaaaaaaaaaaa')
  const targetInfo = bytes('02000c0044006f006d00610069006e00 01000c00530065007200760065007200 00000000')

  it('makes the key, the proof and the session key of the published example', () => {
    const key = ntlmKey(account)
    expect(hex(key)).toBe('0c868a403bfd7a93a3001ef22ef02e3f')
    const temp = ntlmTemp(new Uint8Array(8), clientChallenge, targetInfo)
    const { proof, sessionKey } = ntlmResponse(key, serverChallenge, temp)
    expect(hex(proof)).toBe('68cd0ab851e51c96aabc927bebef6a1c')
    expect(hex(sessionKey)).toBe('8de40ccadbc14a82f15cb0ad0de95ca3')
  })

  it('answers the challenge that an IIS of 2013 really sent, with its time and an integrity code', () => {
    const sent =
      'TlRMTVNTUAACAAAADAAMADgAAAAFgoECVOk3E0s5q1YAAAAAAAAAAOAA4ABEAAAABgGxHQAAAA9HAFMAUwBMAEEAQgACAAwARwBTAFMATABBAEIAAQAYAEUAWABDAEgAQQBOAEcARQAyADAAMQAwAAQAKgBnAHMAcwBsAGEAYgAuAHAAbgBxAC4AcgBlAGQAaABhAHQALgBjAG8AbQADAEQAZQB4AGMAaABhAG4AZwBlADIAMAAxADAALgBnAHMAcwBsAGEAYgAuAHAAbgBxAC4AcgBlAGQAaABhAHQALgBjAG8AbQAFACoAZwBzAHMAbABhAGIALgBwAG4AcQAuAHIAZQBkAGgAYQB0AC4AYwBvAG0ABwAIAEObXcFjxc4BAAAAAA=='
    const challenge = parseChallenge(Buffer.from(sent, 'base64'))!
    expect(hex(challenge.challenge)).toBe('54e937134b39ab56')
    const endPoint = createHash('sha256').update('certificate').digest()
    const moment = { clientChallenge, nowMs: 0, channelBinding: endPoint }
    const message = Buffer.from(authenticateMessage({ ...account, workstation: 'W' }, challenge, moment))
    expect(message.subarray(0, 8).toString('latin1')).toBe('NTLMSSP\0')
    expect(message.readUInt32LE(8)).toBe(3)
    expect(hex(message.subarray(72, 88))).not.toBe('00'.repeat(16))
    const response = message.subarray(message.readUInt32LE(24), message.readUInt32LE(24) + message.readUInt16LE(20))
    // The server's own time, not ours.
    expect(hex(response.subarray(24, 32))).toBe('439b5dc163c5ce01')
    expect(hex(response)).toContain('0a001000')
  })

  it('takes no other message for a challenge', () => {
    expect(parseChallenge(new Uint8Array(10))).toBeNull()
    expect(parseChallenge(Buffer.from('NTLMSSP\0\u0001\0\0\0'.padEnd(60, '\0'), 'latin1'))).toBeNull()
  })
})

/** Debian's winbind has it. */
const samba = 'ntlm_auth'
const isHere = spawnSync(samba, ['--version']).status === 0

describe.skipIf(!isHere)('NTLM version 2 against Samba (ntlm_auth)', () => {
  const handshake = async (password: string): Promise<string> => {
    const args = ['--helper-protocol=squid-2.5-ntlmssp', '--username=User', '--password=Päss', '--domain=DOM']
    const server = spawn(samba, args, { stdio: ['pipe', 'pipe', 'ignore'] })
    try {
      const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]()
      const ask = async (word: string, message: Uint8Array): Promise<string> => {
        server.stdin.write(`${word} ${Buffer.from(message).toString('base64')}\n`)
        return (await lines.next()).value as string
      }
      const challenge = parseChallenge(Buffer.from((await ask('YR', negotiateMessage())).slice(3), 'base64'))!
      const moment = { clientChallenge: randomBytes(8), nowMs: Date.UTC(2026, 10, 26), channelBinding: null }
      const account = { user: 'User', password, domain: 'DOM', workstation: 'W' }
      return (await ask('KK', authenticateMessage(account, challenge, moment))).slice(0, 2)
    } finally {
      server.kill()
    }
  }

  it('is accepted with the password and refused without it', async () => {
    expect(await handshake('Päss')).toBe('AF')
    expect(await handshake('other')).toBe('NA')
  })
})
