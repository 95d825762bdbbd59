import { execFile } from 'node:child_process'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { GuardedFetchError } from '../guarded-fetch-error.ts'
import { createGuardedFetch, type GuardedFetchOptions } from './guarded-fetch.ts'
import { startServer } from './test-server.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** A real server on loopback; what it was asked for; a fetch that takes 127.0.0.1 for public, and nothing else. */
const serving = async (listener: RequestListener, options: GuardedFetchOptions = {}) => {
  const asked: string[] = []
  const server = await startServer((request, response) => {
    asked.push(`${request.method} ${request.headers.host} ${request.url}`)
    listener(request, response)
  })
  closers.push(server.close)
  const fetch = createGuardedFetch({ allow: (address) => address === '127.0.0.1', ...options })
  return { ...server, asked, fetch }
}

/** Code of the failure of a call or of its body; the body's text when there is none. */
const outcome = async (call: Promise<Response>): Promise<string> => {
  try {
    return await (await call).text()
  } catch (error) {
    if (GuardedFetchError.is(error)) return error.code
    throw error
  }
}

describe('createGuardedFetch: what it sends', () => {
  it('sends a body with any method, and gives a redirect of one that is no reading to the caller', async () => {
    const bodies: string[] = []
    const { origin, asked, fetch } = await serving((request, response) => {
      request.setEncoding('utf8').on('data', (part: string) => bodies.push(part))
      request.on('end', () => {
        if (request.url === '/moved') response.writeHead(301, { Location: '/here' })
        response.end(request.headers['content-length'])
      })
    })
    const put = await fetch(`${origin}/a.ics`, { method: 'PUT', body: new TextEncoder().encode('Встреча') })
    expect(await put.text()).toBe('14')
    const moved = await fetch(`${origin}/moved`, { method: 'PROPFIND', body: '<propfind/>' })
    expect([moved.status, moved.headers.get('location')]).toEqual([301, '/here'])
    expect((await fetch(`${origin}/moved`, { redirect: 'manual' })).status).toBe(301)
    expect(bodies).toEqual(['Встреча', '<propfind/>'])
    expect(asked).toHaveLength(3)
  })

  it('refuses an inner address for a request with a body as for one without', async () => {
    const { port, asked } = await serving((_, response) => response.end('inside'))
    const call = createGuardedFetch()(`http://127.0.0.1:${port}/`, { method: 'PUT', body: 'x' })
    expect(await outcome(call)).toBe('address-refused')
    expect(asked).toEqual([])
  })
})

describe('createGuardedFetch: where it connects', () => {
  it('refuses a literal inner address in any spelling, before any connection', async () => {
    const { port, asked } = await serving((_, response) => response.end('inside'))
    const fetch = createGuardedFetch()
    const hosts = [
      ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '0', '127.0.0.1.', '１２７.0.0.1'],
      ...['[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[64:ff9b::7f00:1]', '169.254.169.254', '[fd00:ec2::254]'],
    ]
    for (const host of hosts)
      expect([host, await outcome(fetch(`http://${host}:${port}/`))]).toEqual([host, 'address-refused'])
    expect(await outcome(fetch(`http://localhost:${port}/`))).toBe('address-refused')
    expect(asked).toEqual([])
  })

  it('refuses a name of which one address is inner, also when the first is not', async () => {
    const { port, asked } = await serving((_, response) => response.end('inside'))
    const lookup = async () => ['127.0.0.1', '10.0.0.1']
    const fetch = createGuardedFetch({ lookup, allow: (address) => address === '127.0.0.1' })
    expect(await outcome(fetch(`http://calendar.example:${port}/`))).toBe('address-refused')
    expect(asked).toEqual([])
  })

  it('connects to the very address that was checked: a name that changes its mind is asked once for a connection', async () => {
    const answers = [['127.0.0.1'], ['127.0.0.2']]
    let lookups = 0
    const { port, fetch, asked } = await serving(
      (request, response) => {
        if (request.url === '/') response.writeHead(302, { location: '/again' }).end()
        else response.end('inside')
      },
      { lookup: async () => answers[lookups++] ?? [] },
    )
    expect(await outcome(fetch(`http://rebind.example:${port}/`))).toBe('address-refused')
    expect(lookups).toBe(2)
    expect(asked).toEqual([`GET rebind.example:${port} /`])
  })

  it('checks the target of each redirect', async () => {
    const inside = await startServer((_, response) => response.end('inside'))
    closers.push(inside.close)
    for (const target of [`http://127.0.0.2:${inside.port}/`, `http://[::1]:${inside.port}/`]) {
      const { origin, fetch } = await serving((_, response) => response.writeHead(301, { location: target }).end())
      expect(await outcome(fetch(`${origin}/`))).toBe('address-refused')
    }
    for (const target of ['file:///etc/passwd', 'http://a:b@127.0.0.1/', 'http://127.0.0.1:22/', 'http://[']) {
      const { origin, fetch } = await serving((_, response) => response.writeHead(308, { location: target }).end())
      expect([target, await outcome(fetch(`${origin}/`))]).toEqual([target, 'url-refused'])
    }
  })

  it('asks no proxy, whatever the environment says', async () => {
    const target = await startServer((_, response) => response.end('direct'))
    const proxy = await startServer((_, response) => response.end('through the proxy'))
    closers.push(target.close, proxy.close)
    const source = new URL('./guarded-fetch.ts', import.meta.url).href
    const program = `
      const { createGuardedFetch } = await import(${JSON.stringify(source)})
      const fetch = createGuardedFetch({ allow: () => true, lookup: async () => ['127.0.0.1'] })
      const guarded = await (await fetch('http://calendar.example:${target.port}/')).text()
      const { get } = await import('node:http')
      const usual = await new Promise((resolve) => {
        get('http://calendar.example:${target.port}/', (answer) => answer.setEncoding('utf8').once('data', resolve))
      })
      console.log(guarded + ', ' + usual)`
    const env = {
      ...process.env,
      NODE_USE_ENV_PROXY: '1',
      HTTP_PROXY: proxy.origin,
      http_proxy: proxy.origin,
      NO_PROXY: '',
      no_proxy: '',
    }
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { env })
    expect((await run).stdout.trim()).toBe('direct, through the proxy')
  })
})

describe('createGuardedFetch: what it takes', () => {
  it('hands on method, headers, status and body, without user and password to other origins', async () => {
    const seen: Record<string, string | undefined>[] = []
    const other = await serving((request, response) => {
      seen.push({
        cookie: request.headers.cookie,
        accept: request.headers.accept,
        match: request.headers['if-none-match'],
      })
      response.writeHead(404, { 'x-kept': 'yes', 'content-type': 'text/plain' }).end('gone')
    })
    const { origin, fetch } = await serving((_, response) =>
      response.writeHead(307, { location: `${other.origin}/b` }).end(),
    )
    const headers = { cookie: 'a=1', accept: 'text/calendar', 'if-none-match': '"1"' }
    const response = await fetch(`${origin}/a`, { headers })
    expect([response.status, response.headers.get('x-kept'), await response.text()]).toEqual([404, 'yes', 'gone'])
    expect(seen).toEqual([{ cookie: undefined, accept: 'text/calendar', match: '"1"' }])
    expect((await fetch(`${origin}/a`, { method: 'HEAD' })).body).toBeNull()
    expect(other.asked.at(-1)).toBe(`HEAD 127.0.0.1:${other.port} /b`)
  })

  it('gives 304 without a body', async () => {
    const { origin, fetch } = await serving((_, response) => response.writeHead(304, { etag: '"1"' }).end())
    const response = await fetch(origin)
    expect([response.status, response.body]).toEqual([304, null])
  })

  it('ends a circle of redirects', async () => {
    const { origin, fetch, asked } = await serving((_, response) => response.writeHead(302, { location: '/' }).end(), {
      maxRedirects: 3,
    })
    expect(await outcome(fetch(origin))).toBe('too-many-redirects')
    expect(asked.length).toBe(4)
  })

  it('decodes gzip, deflate and br, and refuses other encodings and damaged ones', async () => {
    const text = 'BEGIN:VCALENDAR'.repeat(100)
    const packed: Record<string, Uint8Array> = {
      gzip: gzipSync(text),
      deflate: deflateSync(text),
      br: brotliCompressSync(text),
      zstd: Buffer.from(text),
      'gzip, gzip': gzipSync(gzipSync(text)),
    }
    const { origin, fetch } = await serving((request, response) => {
      const name = decodeURIComponent((request.url ?? '').slice(1))
      const bytes = packed[name.replace(/^cut /, '')] ?? Buffer.from('not packed')
      const cut = name.startsWith('cut ') ? bytes.subarray(0, bytes.length - 9) : bytes
      response.writeHead(200, { 'content-encoding': name.replace(/^cut /, '').replace('junk', 'gzip') }).end(cut)
    })
    for (const name of ['gzip', 'deflate', 'br']) {
      expect([name, await outcome(fetch(`${origin}/${name}`))]).toEqual([name, text])
      expect([name, await outcome(fetch(`${origin}/cut ${name}`))]).toEqual([name, 'bad-answer'])
    }
    for (const name of ['zstd', 'gzip, gzip', 'junk']) {
      expect([name, await outcome(fetch(`${origin}/${name}`))]).toEqual([name, 'bad-answer'])
    }
  })

  it('takes a body that breaks off for a failure and not for a short one', async () => {
    const { origin, fetch } = await serving((_, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('BEGIN:VCALENDAR')
      response.socket?.end()
    })
    expect(await outcome(fetch(origin))).toBe('unreachable')
  })

  it('tells neither name nor address of what it could not reach', async () => {
    const fetch = createGuardedFetch({ lookup: async () => Promise.reject(new Error('ENOTFOUND db.internal')) })
    const error = await fetch('http://db.internal/').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'unreachable', message: 'The server could not be reached' })
    const free = createServer()
    const port = await new Promise<number>((resolve) => {
      free.listen(0, '127.0.0.1', () => resolve((free.address() as { port: number }).port))
    })
    await new Promise((resolve) => free.close(resolve))
    expect(await outcome(createGuardedFetch({ allow: () => true })(`http://127.0.0.1:${port}/`))).toBe('unreachable')
  })

  it('refuses an answer that is not HTTP', async () => {
    const server = createServer((socket) =>
      socket
        .on('error', () => undefined)
        .resume()
        .end('SSH-2.0-OpenSSH_9.2\r\n'),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closers.push(() => new Promise((resolve) => server.close(() => resolve())))
    const { port } = server.address() as { port: number }
    expect(await outcome(createGuardedFetch({ allow: () => true })(`http://127.0.0.1:${port}/`))).toBe('unreachable')
  })
})

describe('createGuardedFetch: how much it takes', () => {
  it('refuses a body over the limit by its Content-Length, and by count where there is none', async () => {
    let sent = 0
    const { origin, fetch } = await serving(
      (request, response) => {
        if (request.url === '/told')
          response.writeHead(200, { 'content-length': '1000001' }).end(Buffer.alloc(1_000_001))
        else {
          const more = () => {
            if (response.destroyed) return
            sent += 65_536
            if (response.write(Buffer.alloc(65_536))) setImmediate(more)
            else response.once('drain', more)
          }
          more()
        }
      },
      { maxBytes: 1_000_000 },
    )
    expect(await outcome(fetch(`${origin}/told`))).toBe('too-large')
    expect(await outcome(fetch(`${origin}/endless`))).toBe('too-large')
    expect(sent).toBeLessThan(64 * 1024 * 1024)
  })

  it('counts what a packed body unfolds to, and stops unfolding there', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024))
    const { origin, fetch } = await serving(
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
      { maxBytes: 1_000_000 },
    )
    const before = process.memoryUsage().rss
    expect(await outcome(fetch(origin))).toBe('too-large')
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024)
  })

  it('ends a fetch whose head, body or redirects take too long together', async () => {
    const { origin, fetch } = await serving(
      (request, response) => {
        if (request.url === '/drip') {
          response.writeHead(200)
          const timer = setInterval(() => response.write('x'), 20)
          response.once('close', () => clearInterval(timer))
        } else if (request.url === '/loop') {
          const timer = setTimeout(() => response.writeHead(302, { location: '/loop' }).end(), 40)
          response.once('close', () => clearTimeout(timer))
        }
      },
      { timeoutMs: 150, maxRedirects: 1_000 },
    )
    for (const path of ['/silent', '/drip', '/loop']) {
      expect([path, await outcome(fetch(origin + path))]).toEqual([path, 'timed-out'])
    }
  })

  it('ends a fetch whose name is never resolved', async () => {
    const fetch = createGuardedFetch({ timeoutMs: 50, lookup: () => new Promise(() => undefined) })
    expect(await outcome(fetch('https://calendar.example/'))).toBe('timed-out')
  })

  it('ends with the caller’s own reason when the caller gives up, before or within the body', async () => {
    const { origin, fetch } = await serving((_, response) => {
      response.writeHead(200)
      response.write('x')
    })
    const controller = new AbortController()
    const response = await fetch(origin, { signal: controller.signal })
    const text = response.text()
    controller.abort(new Error('enough'))
    await expect(text).rejects.toThrow('enough')
    await expect(fetch(origin, { signal: controller.signal })).rejects.toThrow('enough')
  })

  it('closes the connection of a body that is cancelled unread', async () => {
    let closed: () => void = () => undefined
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve
    })
    const { origin, fetch } = await serving((_, response) => {
      response.writeHead(200).flushHeaders()
      response.once('close', closed)
    })
    await (await fetch(origin)).body?.cancel()
    await isClosed
  })
})
