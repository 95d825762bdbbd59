import { describe, expect, it } from 'vitest'
import { checkLink, linkWarnings } from './link-check.ts'

const url = 'https://portal.example.com/ical/id/secret.ics'

const answering = (body: string, status = 200, type = 'text/calendar; charset=utf-8') => {
  const asked: { path: string; headers: Headers }[] = []
  let ms = 0
  const options = {
    now: () => (ms += 100),
    fetch: (async (path, init) => {
      asked.push({ path: String(path), headers: new Headers(init?.headers) })
      return new Response(body, { status, headers: { 'content-type': type } })
    }) as typeof fetch,
  }
  return { asked, check: () => checkLink(url, options) }
}

const calendar =
  'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Ж\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n'

describe('the check of a link', () => {
  it('counts what came, in bytes and events, and marks its request as a check', async () => {
    const { check, asked } = answering(calendar)
    expect(await check()).toEqual({ kind: 'ok', events: 2, bytes: calendar.length + 1, ms: 100 })
    expect(asked[0]?.path).toBe('/ical/id/secret.ics')
    expect(asked[0]?.headers.get('x-link-check')).toBe('1')
  })

  it('tells a dead link, a sign-in page, a web page and a failure apart', async () => {
    expect(await answering('Not found', 404, 'text/plain').check()).toEqual({ kind: 'dead' })
    expect(await answering('', 401).check()).toEqual({ kind: 'login' })
    expect(await answering('<form><input type="password"></form>', 200, 'text/html').check()).toEqual({ kind: 'login' })
    expect(await answering('<h1>Portal</h1>', 200, 'text/html').check()).toEqual({ kind: 'html' })
    expect(await answering('<h1>Portal</h1>').check()).toEqual({ kind: 'html' })
    expect(await answering('', 503).check()).toEqual({ kind: 'broken', status: 503 })
    const failing = (async () => Promise.reject(new TypeError('no network'))) as typeof fetch
    expect(await checkLink(url, { fetch: failing, now: () => 0 })).toEqual({ kind: 'unreachable' })
  })

  it('warns of addresses that programs elsewhere cannot or will not use', () => {
    const of = (origin: string, page = origin) => linkWarnings(`${origin}/ical/id/secret.ics`, page)
    expect(of('https://portal.example.com')).toEqual([])
    expect(of('http://portal.example.com')).toEqual(['http'])
    for (const host of ['127.0.0.1:8080', 'localhost', '192.168.1.5', '172.20.0.1', '10.1.2.3', '[::1]', 'nas.local']) {
      expect(of(`http://${host}`)).toEqual(['inside'])
    }
    expect(of('https://portal.example.com', 'http://127.0.0.1:8080')).toEqual(['other-origin'])
  })
})
