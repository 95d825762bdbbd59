import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCalDavPeer, discoverCalendars } from '@dayport/caldav-protocol/client'
import type { CalendarPeer } from '@dayport/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const possible = spawnSync('radicale', ['--version']).status === 0

const event = (uid: string, title: string): Uint8Array =>
  new TextEncoder().encode(
    `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20260101T000000Z\r\n` +
      `DTSTART:20260316T090000Z\r\nDTEND:20260316T100000Z\r\nSUMMARY:${title}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
  )

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

describe.skipIf(!possible)(`a calendar on Radicale${possible ? '' : ' (needs radicale)'}`, () => {
  let folder = ''
  let server: ChildProcess | null = null
  let base = ''
  const authorization = async (): Promise<string> => `Basic ${btoa('ann:secret')}`

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dayport-radicale-'))
    const port = await freePort()
    base = `http://127.0.0.1:${port}/`
    const config = join(folder, 'config')
    writeFileSync(
      config,
      `[server]\nhosts = 127.0.0.1:${port}\n[auth]\ntype = none\n[storage]\nfilesystem_folder = ${folder}/data\n[logging]\nlevel = info\n`,
    )
    server = spawn('radicale', ['--config', config], { stdio: ['ignore', 'ignore', 'pipe'] })
    await new Promise<void>((resolve, reject) => {
      server?.once('exit', () => reject(new Error('radicale did not start')))
      server?.stderr?.on('data', (line: Buffer) => {
        if (/ready|listening/i.test(line.toString())) resolve()
      })
    })
    const made = await fetch(`${base}ann/work/`, {
      method: 'MKCALENDAR',
      headers: { Authorization: await authorization() },
    })
    expect(made.status).toBe(201)
  })

  afterAll(async () => {
    if (server !== null && server.exitCode === null) {
      const ended = new Promise((resolve) => server?.once('exit', resolve))
      server.kill()
      await ended
    }
    rmSync(folder, { recursive: true, force: true })
  })

  const names = async (peer: CalendarPeer, since: string | null) => {
    const page = await peer.changes(since)
    return { token: page.token, changes: page.changes.map(({ name, etag }) => [name, etag !== null] as const).sort() }
  }

  it('is discovered, listed, read, written under conditions and asked for its changes', async () => {
    const account = { url: base, fetch, authorization }
    const found = await discoverCalendars(account)
    expect(found.map(({ url }) => url)).toEqual([`${base}ann/work/`])
    const peer = createCalDavPeer({ ...account, url: found[0]!.url })
    const first = await peer.put(null, event('a', 'A'), undefined, { operationId: 'op-1' })
    await peer.put(null, event('b', 'Bé'), undefined, { operationId: 'op-2' })
    const twice = await peer.put(null, event('a', 'A'), undefined, { operationId: 'op-1' })
    expect(twice.name).toBe('op-1.ics')
    const all = await names(peer, null)
    expect(all.changes).toEqual([
      ['op-1.ics', true],
      ['op-2.ics', true],
    ])
    const read = new Map<string, string | null>()
    for await (const { name, result } of peer.getMany!(['op-2.ics', 'op-1.ics', 'no.ics'])) {
      read.set(name, result === null || result instanceof Error ? null : new TextDecoder().decode(result.data))
    }
    expect(read.get('op-2.ics')).toContain('SUMMARY:Bé')
    expect(read.get('no.ics')).toBeNull()
    await peer.put('op-1.ics', event('a', 'A2'), { ifMatch: [first.etag] })
    await expect(peer.put('op-1.ics', event('a', 'A3'), { ifMatch: [first.etag] })).rejects.toMatchObject({
      code: 'precondition-failed',
    })
    await peer.delete('op-2.ics')
    expect((await names(peer, all.token)).changes).toEqual([
      ['op-1.ics', true],
      ['op-2.ics', false],
    ])
    expect(await peer.get('op-2.ics')).toBeNull()
    await expect(peer.changes('{"kind":"sync","token":"http://radicale.org/ns/sync/none"}')).rejects.toMatchObject({
      code: 'invalid-sync-token',
    })
  })
})
