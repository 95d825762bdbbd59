import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestPortal, type TestPortal } from './test/open-test-portal.ts'

describe('An address below which nothing is', () => {
  let world: TestPortal
  beforeAll(async () => {
    world = await openTestPortal({ users: [] })
  })
  afterAll(() => world.close())
  const ask = async (headers: Record<string, string>) => {
    const answer = await world.anonymous()('GET', '/nowhere', undefined, headers)
    expect([answer.status, answer.headers.get('content-security-policy') !== null]).toEqual([404, true])
    return { type: answer.headers.get('content-type'), text: await answer.text() }
  }

  it('is told to a browser in its language, with a way back', async () => {
    const accept = 'text/html,application/xhtml+xml;q=0.9'
    const russian = await ask({ accept, 'accept-language': 'de,ru;q=0.9,en;q=0.8' })
    expect(russian.type).toBe('text/html; charset=utf-8')
    expect(russian.text).toContain('<html lang="ru">')
    expect(russian.text).toContain('<a href="/">К календарям</a>')
    expect((await ask({ accept, 'accept-language': 'fr' })).text).toContain('<html lang="en">')
  })

  it('is told to a program in one line', async () => {
    expect(await ask({ accept: '*/*' })).toEqual({ type: 'text/plain; charset=utf-8', text: 'Not found\n' })
  })
})
