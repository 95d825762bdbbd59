import { request as httpRequest } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { clientAddress } from '../client-address.ts'
import { HttpError } from '../http-error.ts'
import { readBody } from '../read-body.ts'
import { streamBody } from '../stream-body.ts'
import { startServer, type TestServer } from './test-server.ts'
import { type NodeListenerOptions, toNodeListener } from './to-node-listener.ts'

const started: TestServer[] = []
afterEach(async () => {
  for (const server of started.splice(0)) await server.close()
})

const serve = async (
  handler: (request: Request) => Promise<Response>,
  options: NodeListenerOptions = {},
  expectContinue = false,
): Promise<TestServer> => {
  const listener = toNodeListener(handler, options)
  const server = await startServer(listener)
  if (expectContinue) server.server.on('checkContinue', listener)
  started.push(server)
  return server
}

/** A promise and its switch. */
const signal = () => {
  let fire: () => void = () => undefined
  const fired = new Promise<void>((resolve) => {
    fire = resolve
  })
  return { fired, fire }
}

const echo = async (request: Request) => {
  const text = await request.text()
  return Response.json({ method: request.method, url: request.url, depth: request.headers.get('depth'), text })
}

describe('Requests through the node bridge', () => {
  const davMethods = 'PROPFIND PROPPATCH REPORT MKCALENDAR MKCOL ACL LOCK UNLOCK COPY MOVE SEARCH PUT POST DELETE PATCH'

  it.each(davMethods.split(' '))('reach the handler by %s with URL, header and body', async (method) => {
    const { origin } = await serve(echo)
    const answer = await fetch(`${origin}/dav/a%20b/?x=1`, { method, headers: { depth: '1' }, body: 'тело' })
    expect(await answer.json()).toEqual({ method, url: `${origin}/dav/a%20b/?x=1`, depth: '1', text: 'тело' })
  })

  it('reach it with a chunked body as with a Content-Length', async () => {
    const { raw, port } = await serve(echo)
    const connection = await raw()
    connection.socket.write(
      `PUT /a HTTP/1.1\r\nHost: localhost:${port}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`,
    )
    expect(await connection.until('abcde')).toContain('HTTP/1.1 200')
  })

  it('keep the whole path below a mount point, which Express keeps in originalUrl', async () => {
    const listener = toNodeListener(async (request) => new Response(new URL(request.url).pathname))
    const server = await startServer((request, response) => {
      Object.assign(request, { originalUrl: request.url, url: '/calendars/' })
      listener(request, response)
    })
    started.push(server)
    expect(await (await fetch(`${server.origin}/mount/calendars/`)).text()).toBe('/mount/calendars/')
  })

  it('have the configured origin instead of the Host header', async () => {
    const { origin } = await serve(async (request) => new Response(request.url), { origin: 'https://cal.example.com/' })
    expect(await (await fetch(`${origin}/dav/`)).text()).toBe('https://cal.example.com/dav/')
  })

  it('believe the last forwarded values of a trusted proxy, and none otherwise', async () => {
    const headers = {
      'x-forwarded-proto': 'ftp, https',
      'x-forwarded-host': 'fake.example.com, cal.example.com',
      'x-forwarded-for': '6.6.6.6, 203.0.113.9',
    }
    const tell = async (request: Request) => new Response(`${request.url} ${clientAddress(request)}`)
    const trusting = await serve(tell, { trustProxy: true })
    expect(await (await fetch(`${trusting.origin}/`, { headers })).text()).toBe('https://cal.example.com/ 203.0.113.9')
    const wary = await serve(tell)
    expect(await (await fetch(`${wary.origin}/`, { headers })).text()).toBe(`${wary.origin}/ 127.0.0.1`)
  })

  it.each([
    ['absolute form', 'GET http://cal.example.com/dav/?q HTTP/1.1\r\nHost: other', 'http://cal.example.com/dav/?q'],
    ['asterisk form', 'OPTIONS * HTTP/1.1\r\nHost: cal.example.com', 'http://cal.example.com/'],
    ['dot segments', 'GET /a/../b/%2e%2e/c HTTP/1.1\r\nHost: cal.example.com', 'http://cal.example.com/c'],
    ['two slashes', 'GET //evil/x HTTP/1.1\r\nHost: cal.example.com', 'http://cal.example.com//evil/x'],
    ['HTTP/1.0 without Host', 'GET /x HTTP/1.0\r\nA: b', 'http://localhost/x'],
  ])('have the URL that the client meant in %s (RFC 9112 §3.2)', async (_form, head, url) => {
    const { raw } = await serve(async (request) => new Response(`<${request.url}>`))
    const connection = await raw()
    connection.socket.write(`${head}\r\n\r\n`)
    expect(await connection.until('>')).toContain(`<${url}>`)
  })

  it('are refused with 400 when Host is not a host, because it could pass for a path', async () => {
    const { raw } = await serve(async (request) => new Response(request.url))
    const connection = await raw()
    connection.socket.write('GET /x HTTP/1.1\r\nHost: evil/path?\r\n\r\n')
    expect(await connection.until('\r\n\r\n')).toContain('HTTP/1.1 400')
  })

  it('are refused with 501 when the Fetch standard forbids their method', async () => {
    const { raw } = await serve(echo)
    const connection = await raw()
    connection.socket.write('TRACE / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic eDp5\r\n\r\n')
    const text = await connection.until('not supported')
    expect(text).toContain('HTTP/1.1 501')
    expect(text).not.toContain('eDp5')
  })

  it('behave as the platform’s Request wherever a handler asks for more', async () => {
    const { origin } = await serve(async (request) => {
      const copy = new Request('http://other/', request.clone())
      return Response.json([
        request instanceof Request,
        request.mode,
        request.bodyUsed,
        await copy.text(),
        await request.json(),
        request.bodyUsed,
      ])
    })
    const answer = await fetch(origin, { method: 'POST', body: '{"a":1}' })
    expect(await answer.json()).toEqual([true, 'cors', false, '{"a":1}', { a: 1 }, true])
  })

  it('answer for every member that this platform’s Request has', async () => {
    const { origin } = await serve(async (request) => {
      const standard = new Request(request.url)
      const kinds = (from: Request) =>
        Object.keys(Object.getOwnPropertyDescriptors(Request.prototype)).map((name) => [
          name,
          typeof Reflect.get(from, name),
        ])
      return Response.json([kinds(request), kinds(standard)])
    })
    const [lazy, standard] = (await (await fetch(origin)).json()) as [unknown, unknown]
    expect(lazy).toEqual(standard)
  })

  it('do not take a body faster than the handler reads it', async () => {
    const go = signal()
    const { port } = await serve(async (request) => {
      await go.fired
      return new Response(String((await readBody(request, { maxBytes: 1e9 })).byteLength))
    })
    const upload = httpRequest({ port, host: '127.0.0.1', method: 'PUT' })
    const chunk = Buffer.alloc(1 << 20)
    let flows = true
    let sent = 0
    while (flows && sent < 64) {
      flows = upload.write(chunk)
      sent += 1
    }
    for (; sent < 64; sent++) upload.write(chunk)
    await new Promise((resolve) => setImmediate(resolve))
    // With 64 MiB offered, most of it is still on this side.
    expect(upload.writableLength).toBeGreaterThan(32 << 20)
    const answered = new Promise<string>((resolve) => {
      upload.on('response', (response) => response.setEncoding('utf8').on('data', resolve))
    })
    upload.end()
    go.fire()
    expect(await answered).toBe(String(64 << 20))
  })
})

describe('Expect: 100-continue through the node bridge', () => {
  const head = 'PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n'

  it('is answered when the handler wants the body, not before (RFC 9110 §10.1.1)', async () => {
    const { raw } = await serve(echo, {}, true)
    const connection = await raw()
    connection.socket.write(head)
    expect(await connection.until('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    connection.socket.write('hello')
    expect(await connection.until('"hello"')).toContain('HTTP/1.1 200 OK')
  })

  it('gets the refusal at once when the handler does not want the body', async () => {
    const { raw } = await serve(async () => new Response('no', { status: 401 }), {}, true)
    const connection = await raw()
    connection.socket.write(head)
    const text = await connection.until('no')
    expect(text).toMatch(/^HTTP\/1.1 401 /)
    expect(text).not.toContain('100 Continue')
  })

  it('works where the host listens to requests only', async () => {
    const { raw } = await serve(echo)
    const connection = await raw()
    connection.socket.write(head)
    await connection.until('100 Continue')
    connection.socket.write('hello')
    const text = await connection.until('"hello"')
    expect(text.split('100 Continue')).toHaveLength(2)
  })
})

describe('Answers through the node bridge', () => {
  it('have a Content-Length and one piece when the body is small', async () => {
    const { origin } = await serve(async () => new Response('привет', { status: 207, headers: { dav: '1, 3' } }))
    const answer = await fetch(origin)
    expect([answer.status, answer.headers.get('content-length'), answer.headers.get('dav')]).toEqual([
      207,
      '12',
      '1, 3',
    ])
    expect(await answer.text()).toBe('привет')
  })

  it('to HEAD have the header of GET and no body (RFC 9110 §9.3.2)', async () => {
    const { raw } = await serve(async () => new Response('hello', { headers: { etag: '"1"' } }))
    const connection = await raw()
    connection.socket.write('HEAD /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n')
    const text = await connection.until('hello')
    const [head, get] = text.split('HTTP/1.1 200 OK\r\n').slice(1)
    const fields = (part = '') => part.split('\r\n\r\n')[0]?.replace(/date: .*/i, '')
    expect(fields(head)).toBe(fields(get))
    expect(head?.endsWith('\r\n\r\n')).toBe(true)
  })

  it.each([204, 304])('of status %i have no body and no framing trouble', async (status) => {
    const { raw } = await serve(async () => new Response(null, { status, headers: { etag: '"1"' } }))
    const connection = await raw()
    connection.socket.write('GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n')
    const text = await connection.until('\r\n\r\n', 2)
    expect(text.split(`HTTP/1.1 ${status}`)).toHaveLength(3)
    expect(text).not.toMatch(/transfer-encoding|content-length/i)
  })

  it('without a body say Content-Length: 0', async () => {
    const { origin } = await serve(async () => new Response(null, { status: 201 }))
    expect((await fetch(origin)).headers.get('content-length')).toBe('0')
  })

  it('keep several Set-Cookie fields apart', async () => {
    const { origin } = await serve(async () => {
      const headers = new Headers([
        ['set-cookie', 'a=1; Path=/'],
        ['set-cookie', 'b=2'],
      ])
      return new Response('x', { headers })
    })
    expect((await fetch(origin)).headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2'])
  })

  it('stream as the client takes them, and are cancelled when it goes away', async () => {
    let made = 0
    const stopped = signal()
    const { raw } = await serve(async (request) => {
      request.signal.addEventListener('abort', stopped.fire)
      const endless = async function* () {
        try {
          for (;;) {
            made += 1
            yield new Uint8Array(1 << 20)
          }
        } finally {
          ended.fire()
        }
      }
      return new Response(streamBody(endless()))
    })
    const ended = signal()
    const connection = await raw()
    connection.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await connection.until('\r\n\r\n')
    connection.socket.pause()
    const before = await settled(() => made)
    expect(before).toBeLessThan(64)
    connection.socket.destroy()
    await Promise.all([stopped.fired, ended.fired])
  })

  it('abort the signal of a handler whose client went away, without calling that an error', async () => {
    const errors: unknown[] = []
    const arrived = signal()
    const aborted = signal()
    const { raw } = await serve(
      (request) =>
        new Promise((_resolve, reject) => {
          request.signal.addEventListener('abort', () => {
            reject(request.signal.reason)
            aborted.fire()
          })
          arrived.fire()
        }),
      { onError: (error) => errors.push(error) },
    )
    const connection = await raw()
    connection.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await arrived.fired
    connection.socket.destroy()
    await aborted.fired
    expect(errors).toEqual([])
  })

  it('fail the body of a request whose client went away in the middle, which is no fault of the server', async () => {
    const outcome = signal()
    let failure: unknown
    const arrived = signal()
    const { raw } = await serve(async (request) => {
      arrived.fire()
      await request.text().catch((error: unknown) => {
        failure = error
        outcome.fire()
      })
      return new Response(null)
    })
    const connection = await raw()
    connection.socket.write('PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc')
    await arrived.fired
    connection.socket.destroy()
    await outcome.fired
    expect(String(failure)).toContain('went away')
    expect(failure).toMatchObject({ name: 'HttpError', status: 400 })
  })

  it('are 500 with no text from inside when the handler throws, and the host hears why', async () => {
    const errors: unknown[] = []
    const failure = new Error('password=secret')
    const { origin } = await serve(() => Promise.reject(failure), { onError: (error) => errors.push(error) })
    const answer = await fetch(origin)
    expect([answer.status, await answer.text(), errors]).toEqual([500, 'Internal error\n', [failure]])
  })

  it('are the answer of a thrown HttpError', async () => {
    const refuse = async () => {
      throw new HttpError(413, 'Too much', { headers: { 'x-limit': '5' } })
    }
    const { origin } = await serve(refuse)
    const answer = await fetch(origin)
    expect([answer.status, await answer.text(), answer.headers.get('x-limit')]).toEqual([413, 'Too much\n', '5'])
  })

  it('are 500 when the body fails before its first byte, and broken off when it fails later', async () => {
    const errors: unknown[] = []
    const { origin } = await serve(
      async (request) => {
        const late = request.url.endsWith('/late')
        const failing = async function* () {
          if (late) yield 'BEGIN:VCALENDAR'
          throw new Error('store is gone')
        }
        return new Response(streamBody(failing(), { gatherBytes: 0 }))
      },
      { onError: (error) => errors.push(error) },
    )
    expect((await fetch(`${origin}/early`)).status).toBe(500)
    await expect(fetch(`${origin}/late`).then((answer) => answer.text())).rejects.toThrow()
    expect(errors.map(String)).toEqual(['Error: store is gone', 'Error: store is gone'])
  })

  it('are broken off when the body is not as long as its Content-Length says', async () => {
    const { origin } = await serve(async () => new Response('abc', { headers: { 'content-length': '10' } }), {
      onError: () => undefined,
    })
    await expect(fetch(origin).then((answer) => answer.text())).rejects.toThrow()
  })
})

describe('Request bodies that nobody reads', () => {
  const put = (bytes: number) => `PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: ${bytes}\r\n\r\n${'x'.repeat(bytes)}`
  const next = 'GET /next HTTP/1.1\r\nHost: a\r\n\r\n'

  it('are thrown away, so that the next request on the connection is answered', async () => {
    const { raw } = await serve(async (request) => new Response(`<${request.method}>`, { status: 401 }))
    const connection = await raw()
    connection.socket.write(put(200_000) + next)
    expect(await connection.until('<GET>')).toContain('<PUT>')
  })

  it('are thrown away after a 413 too, and the connection stays usable', async () => {
    const { raw } = await serve(async (request) => {
      if (request.method === 'PUT') await readBody(request, { maxBytes: 10 })
      return new Response(`<${request.method}>`)
    })
    const connection = await raw()
    connection.socket.write(put(3_000_000) + next)
    expect(await connection.until('<GET>')).toContain('HTTP/1.1 413')
  })

  it('close the connection after the answer when they are longer than is worth throwing away', async () => {
    const { raw } = await serve(async () => new Response('too much', { status: 413 }), { maxDrainBytes: 1000 })
    const connection = await raw()
    connection.socket.write(put(3_000_000))
    const text = await connection.closed
    expect(text).toMatch(/^HTTP\/1.1 413 /)
    expect(text).toMatch(/connection: close/i)
    expect(text).toContain('too much')
  })

  it('close the connection when they are chunked and have no end', async () => {
    const { raw } = await serve(async () => new Response('no', { status: 401 }), { maxDrainBytes: 100_000 })
    const connection = await raw()
    connection.socket.write('PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
    const chunk = `1000\r\n${'x'.repeat(4096)}\r\n`
    const feed = () => {
      while (!connection.socket.destroyed && connection.socket.write(chunk));
    }
    connection.socket.on('drain', feed)
    feed()
    expect(await connection.closed).toContain('401')
  })

  it('are reported when a body parser was there first', async () => {
    const errors: unknown[] = []
    const listener = toNodeListener(echo, { onError: (error) => errors.push(error) })
    const server = await startServer((request, response) => {
      request.resume()
      request.on('end', () => listener(request, response))
    })
    started.push(server)
    const answer = await fetch(server.origin, { method: 'PUT', body: 'abc' })
    expect(answer.status).toBe(500)
    expect(String(errors[0])).toContain('before body parsers')
  })
})

/** The value once it has stopped changing over some turns of the event loop. */
const settled = async (value: () => number): Promise<number> => {
  let last = -1
  for (let calm = 0; calm < 200; ) {
    await new Promise((resolve) => setImmediate(resolve))
    if (value() === last) calm += 1
    else calm = 0
    last = value()
  }
  return last
}
