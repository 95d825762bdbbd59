import { describe, expect, it } from 'vitest'
import { closeGracefully, watchConnections } from './close-gracefully.ts'
import { startServer } from './test-server.ts'
import { toNodeListener } from './to-node-listener.ts'

describe('closeGracefully', () => {
  it('finishes the request under way, closes idle connections and frees the port', async () => {
    let finish: () => void = () => undefined
    let arrived: () => void = () => undefined
    const underWay = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const handler = async (request: Request) => {
      if (request.url.endsWith('/slow')) {
        await new Promise<void>((resolve) => {
          finish = resolve
          arrived()
        })
      }
      return new Response('done')
    }
    const { server, raw } = await startServer(toNodeListener(handler))
    const idle = await raw()
    idle.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await idle.until('done')
    const busy = await raw()
    busy.socket.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n')
    await underWay
    const closing = closeGracefully(server, { timeoutMs: 20_000 })
    await idle.closed
    finish()
    expect(await busy.closed).toContain('done')
    expect(await closing).toBe(true)
    expect(server.listening).toBe(false)
  })

  it('does not wait for connections that were opened and never used, as browsers keep them', async () => {
    const { server, raw } = await startServer(
      toNodeListener(async () => new Response('done')),
      watchConnections,
    )
    const silent = await raw()
    // A second connection that was answered shows that the server has taken the first.
    const used = await raw()
    used.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await used.until('done')
    expect(await closeGracefully(server, { timeoutMs: 20_000 })).toBe(true)
    expect(await silent.closed).toBe('')
  }, 10_000)

  it('cuts off what is not done in time and says so', async () => {
    const { server, raw } = await startServer(toNodeListener(() => new Promise<Response>(() => undefined)))
    const busy = await raw()
    const arrived = new Promise((resolve) => server.once('request', resolve))
    busy.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await arrived
    expect(await closeGracefully(server, { timeoutMs: 10 })).toBe(false)
    await busy.closed
  })

  it('resolves for a server that does not listen', async () => {
    const { server, close } = await startServer(toNodeListener(async () => new Response('x')))
    await close()
    expect(await closeGracefully(server, { timeoutMs: 1000 })).toBe(true)
  })
})
