import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether Radicale is installed. */
export const hasRadicale = spawnSync('radicale', ['--version']).status === 0

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const socket = createSocket().listen(0, '127.0.0.1', () => {
      const { port } = socket.address() as AddressInfo
      socket.close(() => resolve(port))
    })
  })

/** A Radicale of its own with one person, `anna`, and a gate before it that may lose answers. */
export const startRadicale = async (password: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'joined-radicale-'))
  const port = await freePort()
  const users = join(folder, 'users')
  const setPassword = (value: string): void => writeFileSync(users, `anna:${value}\n`)
  setPassword(password)
  writeFileSync(
    join(folder, 'config'),
    [
      `[server]\nhosts = 127.0.0.1:${port}`,
      `[auth]\ntype = htpasswd\nhtpasswd_filename = ${users}\nhtpasswd_encryption = plain\ndelay = 0`,
      `[storage]\nfilesystem_folder = ${folder}/data`,
      '[logging]\nlevel = info\n',
    ].join('\n'),
  )
  const radicale: ChildProcess = spawn('radicale', ['--config', join(folder, 'config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await new Promise<void>((resolve, reject) => {
    radicale.once('exit', () => reject(new Error('radicale did not start')))
    radicale.stderr?.on('data', (line: Buffer) => {
      if (/ready|listening/i.test(line.toString())) resolve()
    })
  })
  const inner = `http://127.0.0.1:${port}`
  const basic = `Basic ${Buffer.from(`anna:${password}`).toString('base64')}`
  let loses: (method: string) => boolean = () => false

  const gate = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      const body = Buffer.concat(parts)
      const headers = new Headers()
      for (const [name, value] of Object.entries(request.headers)) {
        if (typeof value === 'string' && !['host', 'connection', 'content-length', 'accept-encoding'].includes(name)) {
          headers.set(name, value)
        }
      }
      const method = request.method ?? 'GET'
      const answer = await fetch(`${inner}${request.url}`, {
        method,
        headers,
        redirect: 'manual',
        ...(body.length === 0 ? {} : { body }),
      })
      const text = Buffer.from(await answer.arrayBuffer())
      // Done, and nobody hears of it.
      if (loses(method)) return request.socket.destroy()
      const told = new Headers(answer.headers)
      for (const name of ['content-encoding', 'transfer-encoding', 'connection', 'content-length']) told.delete(name)
      response.writeHead(answer.status, Object.fromEntries(told)).end(text)
    })().catch(() => request.socket.destroy())
  })
  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(gate.address() as AddressInfo).port}`

  /** What another program of hers asks, past the gate. */
  const ask = (method: string, path: string, body?: string): Promise<Response> =>
    fetch(`${inner}/anna/${path}`, {
      method,
      headers: { Authorization: basic, ...(body === undefined ? {} : { 'Content-Type': 'text/calendar' }) },
      ...(body === undefined ? {} : { body }),
    })
  await ask(
    'MKCOL',
    'family/',
    '<?xml version="1.0"?><D:mkcol xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop><D:resourcetype>' +
      '<D:collection/><C:calendar/></D:resourcetype><D:displayname>Семья</D:displayname></D:prop></D:set></D:mkcol>',
  )
  return {
    origin,
    ask,
    setPassword,
    setLoses: (next: (method: string) => boolean) => {
      loses = next
    },
    /** The whole collection as one file. */
    text: async (): Promise<string> => (await ask('GET', 'family/')).text(),
    close: async () => {
      await new Promise<void>((resolve) => {
        gate.close(() => resolve())
        gate.closeAllConnections()
      })
      if (radicale.exitCode === null) {
        const ended = new Promise((resolve) => radicale.once('exit', resolve))
        radicale.kill()
        await ended
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
