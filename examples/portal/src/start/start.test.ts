import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../config.ts'
import { createLog } from '../log.ts'
import { openPortal } from '../open-portal.ts'
import { fillEmptyStore } from './fill.ts'
import { readSeed, SeedError } from './seed.ts'
import { serve } from './server.ts'

let folder: string
const lines: string[] = []
const log = createLog({ write: (line) => void lines.push(line) })
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portal-start-'))
  lines.length = 0
})
afterEach(() => rm(folder, { recursive: true }))

const start = async (env: Record<string, string> = {}) => {
  const config = readConfig({ PORT: '0', DATA_DIR: join(folder, 'data'), ...env })
  const portal = await openPortal(config, { log, webRoot: null, version: 'test' })
  const notes = await fillEmptyStore(portal.parts, config, log)
  const running = await serve(portal, config, (error) => expect.unreachable(String(error)))
  return { ...running, notes, portal }
}

const post = (url: string, body: unknown) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

describe('a first start', () => {
  it('makes demo people on loopback whose passwords work, and prints them once', async () => {
    const first = await start()
    const sign = first.notes.map((line) => /^ {2}(\S+) {2}(\S+)$/.exec(line)).filter((match) => match !== null)
    expect(sign.map(([, login]) => login)).toEqual(['anna', 'ira'])
    const [, login, password] = sign[0]!
    const response = await post(`${first.url}/api/session`, { login, password })
    expect(response.status).toBe(201)
    expect(lines.join('')).not.toContain(password)
    await first.stop()
    const second = await start()
    expect(second.notes).toEqual([])
    await second.stop()
  })

  it('opens a wizard by the code on the console, once', async () => {
    const { url, notes, stop } = await start({ PORTAL_DEMO: '0' })
    const code = notes.join('').split(' ').at(-1)!
    expect(await (await fetch(`${url}/api/portal`)).json()).toMatchObject({ setup: true })
    const account = { login: 'admin', password: 'long enough', locale: 'ru' }
    expect((await post(`${url}/api/setup`, { ...account, code: 'aaaa-bbbb-cccc' })).status).toBe(403)
    const done = await post(`${url}/api/setup`, { ...account, code: code.toUpperCase() })
    expect(await done.json()).toMatchObject({ login: 'admin', admin: true })
    const cookie = done.headers.getSetCookie()[0]!.split(';')[0]!
    const calendars = await (await fetch(`${url}/api/calendars`, { headers: { cookie } })).json()
    expect(calendars).toMatchObject([
      { name: 'Компания', owner: { kind: 'group' } },
      { name: 'Мой календарь' },
      { name: 'Задачи', components: ['VTODO'] },
    ])
    expect((await post(`${url}/api/setup`, { ...account, login: 'second', code })).status).toBe(409)
    await stop()
  })

  it('fills an empty store from a seed file with an .ics file beside it, and leaves a filled one alone', async () => {
    const seed = join(folder, 'seed.json')
    const user = {
      login: 'u',
      password: 'p',
      calendars: [{ name: 'W', components: ['VEVENT', 'VTODO'], ics: 'w.ics' }],
    }
    await writeFile(seed, JSON.stringify({ users: [user] }))
    const ics = 'BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nEND:VTODO\r\nEND:VCALENDAR\r\n'
    await writeFile(join(folder, 'w.ics'), ics)
    const first = await start({ PORTAL_SEED: seed })
    const basic = { authorization: `Basic ${btoa('u:p')}` }
    const [calendar] = (await (await fetch(`${first.url}/api/calendars`, { headers: basic })).json()) as {
      id: string
    }[]
    const file = await fetch(`${first.url}/api/calendars/${calendar!.id}/export.ics`, { headers: basic })
    expect(await file.text()).toContain('BEGIN:VTODO')
    await first.stop()
    const second = await start({ PORTAL_SEED: seed })
    expect(lines.join('')).toContain('PORTAL_SEED is left aside')
    await second.stop()
  })

  it('leaves the store empty when a file of the seed is not there', async () => {
    const seed = join(folder, 'seed.json')
    const user = { login: 'u', password: 'p', calendars: [{ ics: 'none.ics' }] }
    await writeFile(seed, JSON.stringify({ users: [user] }))
    await expect(start({ PORTAL_SEED: seed })).rejects.toThrow(/none\.ics/)
    const { notes, stop } = await start({ PORTAL_DEMO: '0' })
    expect(notes.join('')).toContain('enter this code once')
    await stop()
  })

  it('refuses to go on from a seed that was interrupted', async () => {
    const first = await start({ PORTAL_DEMO: '0' })
    await first.portal.parts.settings.set('seeding', '1')
    await first.stop()
    const config = readConfig({ DATA_DIR: join(folder, 'data') })
    const portal = await openPortal(config, { log, webRoot: null, version: 'test' })
    await expect(fillEmptyStore(portal.parts, config, log)).rejects.toBeInstanceOf(SeedError)
    await portal.close()
  })
})

describe('readSeed', () => {
  const read = async (seed: unknown) => {
    const file = join(folder, 'seed.json')
    await writeFile(file, typeof seed === 'string' ? seed : JSON.stringify(seed))
    return readSeed(file)
  }

  it('takes the example of the contract, and a person with nothing but login and password', async () => {
    const calendar = {
      name: 'Работа',
      description: '',
      color: '#2fc6f6',
      components: ['VEVENT'],
      exportAllowed: true,
      access: [{ login: 'user2', level: 'read' }],
      favouriteOf: ['user2'],
      ics: 'work.ics',
    }
    const user1 = {
      login: 'user1',
      password: '…',
      name: 'Имя',
      email: 'user1@example.com',
      kind: 'individual',
      members: [],
      admin: false,
      locale: 'ru',
      timeZone: 'Europe/Moscow',
      calendars: [calendar],
    }
    const seed = await read({ users: [user1, { login: 'user2', password: 'x' }] })
    expect(seed.users[0]).toEqual(user1)
    expect(seed.users[1]).toMatchObject({ kind: 'individual', calendars: [] })
  })

  it('names every place at fault: unknown fields, unknown people, logins that are there twice', async () => {
    const users = [
      { login: 'a', password: 'x', colour: 1 },
      { login: 'b', password: 'x', members: ['nobody'] },
      { login: 'b', password: 'x' },
    ]
    await expect(read({ users })).rejects.toThrow(/users\.0.*colour/s)
    const [, second, third] = users
    await expect(read({ users: [second, third] })).rejects.toThrow(/nobody.*|twice/s)
    await expect(read('{')).rejects.toBeInstanceOf(SeedError)
  })
})

describe('the server', () => {
  it('finishes requests in flight when it is stopped, and frees the port', async () => {
    const { url, stop } = await start({ PORTAL_DEMO: '0' })
    const { port } = new URL(url)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    const inFlight = Promise.all(Array.from({ length: 20 }, () => fetch(`${url}/api/portal`)))
    await fetch(`${url}/healthz`)
    const stopped = stop()
    const statuses = (await inFlight).map(({ status }) => status)
    await stopped
    expect(new Set(statuses)).toEqual(new Set([200]))
    await expect(fetch(`${url}/healthz`)).rejects.toThrow()
    const again = await start({ PORTAL_DEMO: '0', PORT: port })
    expect(new URL(again.url).port).toBe(port)
    await again.stop()
  })

  it('sends strict headers with the API, and counts requests by door', async () => {
    const { url, stop } = await start({ PORTAL_DEMO: '0' })
    const { headers } = await fetch(`${url}/api/portal`)
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*script-src 'self'/)
    expect(headers.get('content-security-policy')).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    const discovery = await fetch(`${url}/.well-known/caldav`, { method: 'PROPFIND', redirect: 'manual' })
    expect(discovery.headers.get('location')).toBe('/dav/')
    expect((await fetch(`${url}/ical/none/none.ics`)).status).toBe(404)
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toContain('dayport_requests_total{door="api",status="200"} 1')
    expect(metrics).toContain('dayport_requests_total{door="feed",status="404"} 1')
    await stop()
  })
})
