import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from './config.ts'
import { type RunningPortal, serve } from './start/server.ts'
import { openTestPortal, type TestPortal } from './test/open-test-portal.ts'

const password = 'correct horse battery'
const outsideSecret = 'https://example.org/private-8f3c1f0e/basic.ics?key=outside-key-77'

describe('The log of a running portal', () => {
  let world: TestPortal
  let running: RunningPortal
  beforeAll(async () => {
    const seed = {
      users: [{ login: 'anna', password, name: 'Anna', calendars: [{ name: 'Work', exportAllowed: true }] }],
    }
    world = await openTestPortal(seed, {}, async () => {
      throw new Error(`no route to ${outsideSecret}`)
    })
    running = await serve(world.portal, readConfig({ PORT: '0', HOST: '127.0.0.1' }), (error) => {
      world.lines.push(String(error))
    })
  })
  afterAll(() => running.stop())

  /** The path as it is written, which fetch would put in order. */
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<number>((resolve, reject) => {
      const { hostname, port } = new URL(running.url)
      request({ hostname, port, path, method, headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0))
      })
        .on('error', reject)
        .end()
    })

  it('holds no secret, whichever door was asked, rightly or wrongly', async () => {
    const anna = await world.signedIn('anna', password)
    const [calendar] = await anna.json<{ id: string }[]>('GET', '/api/calendars')
    const link = await anna.json<{ id: string; url: string }>(
      'POST',
      '/api/feed-links',
      { calendar: calendar?.id, name: 'Laptop' },
      201,
    )
    const outlook = await anna.json<{ id: string; url: string; link: string }>(
      'POST',
      '/api/outlook-connections',
      { calendar: calendar?.id, name: 'PC' },
      201,
    )
    const { password: appPassword } = await anna.json<{ password: string }>(
      'POST',
      '/api/app-passwords',
      { name: 'Phone' },
      201,
    )
    expect(appPassword.length).toBeGreaterThan(10)
    const path = new URL(link.url).pathname
    const secret = path.split('/').at(-1)?.replace('.ics', '') ?? ''
    expect(secret).toHaveLength(43)
    const cookie = await sessionOf(running.url)

    expect(await get(path)).toBe(200)
    const odd = [
      ...[`/${path}`, `${path}/`, `${path}?x=${secret}`, path.toUpperCase(), path.replace('/ical/', '/Ical/')],
      ...[
        path.replace(`/${secret}`, `%2F${secret}`),
        path.replace('/ical', '/%69cal'),
        `/x/..${path}`,
        `/x/%2e%2e${path}`,
      ],
      ...[
        path.replace('.ics', ''),
        `http://elsewhere.example${path}`,
        `/dav${path}`,
        `/api${path}`,
        `${path}#${secret}`,
      ],
    ]
    for (const each of odd) await get(each)
    await get(path, { referer: `http://elsewhere.example${path}`, 'user-agent': `Agent ${secret}` })
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })
    const propfind = (text: string) => get('/dav/', { ...basic(text), depth: '0' }, 'PROPFIND')
    expect(await propfind(`anna:${appPassword}`)).toBe(207)
    expect(await propfind(`anna:${appPassword}x`)).toBe(401)
    expect(await propfind(`anna:${password}`)).toBeLessThan(500)
    const outlookPath = new URL(outlook.url).pathname
    const outlookSecret = outlookPath.split('/').at(-1) ?? ''
    expect(outlookSecret).toHaveLength(43)
    expect(await get(`${outlookPath}/_vti_bin/Lists.asmx?wsdl`)).toBe(200)
    const service = '/_vti_bin/lists.asmx'
    for (const each of [
      ...[
        `${outlookPath}${service}`,
        `/${outlookPath}${service}`,
        `${outlookPath.toUpperCase()}${service}`,
        outlookPath,
      ],
      ...[`${outlookPath.replace(/.$/, '')}${service}`, `${outlookPath.replace('/outlook', '/%6futlook')}${service}`],
      ...[`${outlookPath}/Lists/Calendar/DispForm.aspx?ID=1`, `${outlookPath}/Lists/Calendar/Attachments/1/a.txt`],
    ]) {
      await get(each, { 'user-agent': `Agent ${outlookSecret}` })
      await get(each, { 'content-type': 'text/xml', 'user-agent': `Agent ${outlookSecret}` }, 'POST')
    }
    await get(`/api/me?session=${cookie}`, { cookie })
    await anna('POST', '/api/session', { login: 'anna', password: `${password}!` })
    await anna('POST', '/api/subscriptions', { url: outsideSecret })
    await anna('POST', '/api/subscriptions', { url: 'https://anna:url-password-5@example.org/a.ics' })

    const log = world.lines.join('\n')
    // It is the log of all this, and says which link was asked.
    expect(world.lines.length).toBeGreaterThan(odd.length)
    expect(log).toContain(`/ical/${link.id}/***`)
    expect(log).toContain(`/outlook/${outlook.id}/***`)
    expect(log).toContain('outlook request')
    const secrets = [
      secret,
      outlookSecret,
      appPassword,
      password,
      cookie.split('=')[1] ?? cookie,
      'outside-key-77',
      'private-8f3c1f0e',
    ]
    for (const each of [...secrets, 'url-password-5']) {
      for (const form of [each, encodeURIComponent(each), Buffer.from(`anna:${each}`).toString('base64')]) {
        expect(log.toLowerCase().includes(form.toLowerCase()), form.slice(0, 6)).toBe(false)
      }
    }
  })
})

/** `name=value` of a session of its own. */
const sessionOf = async (url: string): Promise<string> => {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: 'anna', password }),
  })
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}
