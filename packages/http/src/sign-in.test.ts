import type { Principal } from '@dayport/core'
import { describe, expect, it } from 'vitest'
import { type Challenge, challengeResponse, firstOf, isChallenge } from './authenticate.ts'
import { type BasicAuthenticateOptions, createBasicAuthenticate } from './basic.ts'
import { createBearerAuthenticate } from './bearer.ts'
import { basicCredentials, bearerToken } from './credentials.ts'
import { basic, testClock } from './test-requests.ts'

const anna: Principal = { id: 'anna', groups: [] }
const withAuthorization = (authorization: string) => new Request('http://localhost/', { headers: { authorization } })

describe('basicCredentials', () => {
  it('reads UTF-8, users with @ and passwords with colons (RFC 7617 §2)', () => {
    expect(basicCredentials(basic('анна@example.com', 'a:b:в'))).toEqual({
      user: 'анна@example.com',
      password: 'a:b:в',
    })
  })

  it('falls back to Latin-1 for older clients', () => {
    expect(basicCredentials(withAuthorization(`basic ${btoa('ren\u00e9:caf\u00e9')}`))).toEqual({
      user: 'ren\u00e9',
      password: 'caf\u00e9',
    })
  })

  it.each([
    ['no colon', `Basic ${btoa('anna')}`],
    ['control characters', `Basic ${btoa('anna\n:x')}`],
    ['another scheme', 'Bearer abc'],
    ['no base64', 'Basic %%%'],
    ['no value', 'Basic'],
    ['a huge header', `Basic ${btoa(`anna:${'x'.repeat(9000)}`)}`],
  ])('is null for %s', (_case, authorization) => {
    expect(basicCredentials(withAuthorization(authorization))).toBeNull()
  })
})

describe('bearerToken', () => {
  it('reads the token and nothing else (RFC 6750 §2.1)', () => {
    expect(bearerToken(withAuthorization('bearer abc.d-e_f~+/=='))).toBe('abc.d-e_f~+/==')
    expect(bearerToken(withAuthorization('Bearer a b'))).toBeNull()
    expect(bearerToken(new Request('http://localhost/'))).toBeNull()
  })
})

describe('challengeResponse', () => {
  it('is 401 with every challenge (RFC 9110 §11.6.1)', () => {
    const answer = challengeResponse({ challenge: ['Basic realm="a", charset="UTF-8"', 'Bearer realm="a"'] })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="a", charset="UTF-8", Bearer realm="a"')
  })

  it('is 429 without a challenge after too many failures, so that no program asks for another password', () => {
    const answer = challengeResponse({ challenge: ['Basic realm="a"'], retryAfterSeconds: 1.2 })
    expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('www-authenticate')]).toEqual([
      429,
      '2',
      null,
    ])
  })
})

/** Anna's password is `right`; counts how often it was verified. */
const annasDoor = (options: Partial<BasicAuthenticateOptions> = {}) => {
  const clock = testClock()
  let verified = 0
  const authenticate = createBasicAuthenticate({
    realm: 'Дом "1"',
    now: clock.now,
    addressOf: (request) => request.headers.get('x-from'),
    verify: async (user, password) => {
      verified += 1
      return user === 'anna' && password === 'right' ? anna : null
    },
    ...options,
  })
  const from = (address: string, password: string, user = 'anna') =>
    authenticate(basic(user, password, { 'x-from': address }))
  return { authenticate, clock, from, verified: () => verified }
}

const isLimited = (outcome: Principal | Challenge) => isChallenge(outcome) && outcome.retryAfterSeconds !== undefined

describe('createBasicAuthenticate', () => {
  it('gives the principal, or a challenge that says UTF-8 (RFC 7617 §2.1)', async () => {
    const { authenticate, from } = annasDoor()
    expect(await from('1.1.1.1', 'right')).toBe(anna)
    const challenge = { challenge: ['Basic realm="??? \\"1\\"", charset="UTF-8"'] }
    expect(await from('1.1.1.1', 'wrong')).toEqual(challenge)
    expect(await authenticate(new Request('http://localhost/'))).toEqual(challenge)
  })

  it('stops verifying an account after its failures, from any address, until some are forgiven', async () => {
    const { clock, from, verified } = annasDoor({ maxFailuresPerAccount: 3, windowMs: 60_000 })
    for (const address of ['1.1.1.1', '2.2.2.2', '3.3.3.3']) await from(address, `guess ${address}`)
    expect(await from('4.4.4.4', 'right')).toMatchObject({ retryAfterSeconds: 20 })
    expect(await from('4.4.4.4', 'right', 'ANNA')).toMatchObject({ retryAfterSeconds: 20 })
    expect(verified()).toBe(3)
    clock.advance(20_000)
    expect(await from('4.4.4.4', 'right')).toBe(anna)
  })

  it('stops verifying for an address after its failures over all accounts', async () => {
    const { from } = annasDoor({ maxFailuresPerAddress: 3 })
    for (const user of ['a', 'b', 'c']) await from('1.1.1.1', 'x', user)
    expect(isLimited(await from('1.1.1.1', 'right'))).toBe(true)
    expect(await from('2.2.2.2', 'right')).toBe(anna)
  })

  it('counts all addresses of one IPv6 subscriber as one', async () => {
    const { from } = annasDoor({ maxFailuresPerAddress: 2 })
    await from('2001:db8:1:2::1', 'x', 'a')
    await from('2001:db8:1:2:ffff::9', 'x', 'b')
    expect(isLimited(await from('2001:db8:1:2:3:4:5:6', 'x', 'c'))).toBe(true)
    expect(isLimited(await from('2001:db8::2', 'x', 'c'))).toBe(false)
  })

  it('does not lock out an address that has signed in before when strangers or neighbours fail', async () => {
    const { from } = annasDoor({ maxFailuresPerAccount: 2, maxFailuresPerAddress: 2 })
    await from('1.1.1.1', 'right')
    for (const n of [1, 2, 3]) await from('6.6.6.6', `guess ${n}`)
    for (const n of [1, 2, 3]) await from('1.1.1.1', `old ${n}`, 'boris')
    expect(await from('1.1.1.1', 'right')).toBe(anna)
    expect(isLimited(await from('9.9.9.9', 'right'))).toBe(true)
  })

  it('does not count successes, however many', async () => {
    const { from } = annasDoor({ maxFailuresPerAccount: 2, maxFailuresPerAddress: 2 })
    for (let n = 0; n < 20; n++) expect(await from('1.1.1.1', 'right')).toBe(anna)
    const together = await Promise.all(Array.from({ length: 20 }, () => from('7.7.7.7', 'right')))
    expect(together.every((outcome) => outcome === anna)).toBe(true)
  })

  it('does not let parallel guesses slip through together', async () => {
    const { from, verified } = annasDoor({ maxFailuresPerAccount: 3 })
    await Promise.all(Array.from({ length: 50 }, (_, n) => from('1.1.1.1', `guess ${n}`)))
    expect(verified()).toBe(3)
  })

  it('counts nothing when the verifier breaks down', async () => {
    let broken = true
    const { from } = annasDoor({
      maxFailuresPerAccount: 2,
      verify: async () => {
        if (broken) throw new Error('database is away')
        return anna
      },
    })
    for (let n = 0; n < 5; n++) await expect(from('1.1.1.1', 'right')).rejects.toThrow('database is away')
    broken = false
    expect(await from('1.1.1.1', 'right')).toBe(anna)
  })

  it('forgets the oldest when its memory is full, and stays right for the others', async () => {
    const { from } = annasDoor({ maxFailuresPerAccount: 1, maxFailuresPerAddress: 1_000_000, maxEntries: 100 })
    for (let n = 0; n < 1000; n++) await from('1.1.1.1', 'x', `user${n}`)
    expect(isLimited(await from('1.1.1.1', 'x', 'user0'))).toBe(false)
    expect(isLimited(await from('1.1.1.1', 'x', 'user999'))).toBe(true)
  })
})

describe('createBearerAuthenticate and firstOf', () => {
  const clock = testClock()
  const bearer = createBearerAuthenticate({
    realm: 'api',
    now: clock.now,
    maxFailuresPerAddress: 2,
    addressOf: () => '1.1.1.1',
    verify: async (token) => (token === 'good' ? anna : null),
  })

  it('take the first that knows the person', async () => {
    const both = firstOf(annasDoor().authenticate, bearer)
    expect(await both(withAuthorization('Bearer good'))).toBe(anna)
    expect(await both(basic('anna', 'right'))).toBe(anna)
  })

  it('put the challenges together', async () => {
    const outcome = await firstOf(annasDoor().authenticate, bearer)(new Request('http://localhost/'))
    expect(isChallenge(outcome) && outcome.challenge).toEqual([
      'Basic realm="??? \\"1\\"", charset="UTF-8"',
      'Bearer realm="api"',
    ])
  })

  it('say invalid_token for a wrong token (RFC 6750 §3.1) and limit failures by address', async () => {
    const wrong = { challenge: ['Bearer realm="api", error="invalid_token"'] }
    expect(await bearer(withAuthorization('Bearer bad1'))).toEqual(wrong)
    await bearer(withAuthorization('Bearer bad2'))
    expect(isLimited(await bearer(withAuthorization('Bearer good')))).toBe(true)
  })
})
