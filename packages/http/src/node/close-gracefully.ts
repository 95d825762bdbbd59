import type { Server } from 'node:http'

/**
 * Ends a server: no new connections, idle ones closed at once, requests under way finished. Resolves with `true` when all of them
 * did, with `false` when `timeoutMs` passed and the rest was cut off. Once is enough; a server that does not listen is `true`.
 */
export const closeGracefully = (server: Server, { timeoutMs }: { readonly timeoutMs: number }): Promise<boolean> =>
  new Promise((resolve) => {
    // A kept-alive connection becomes idle when its request is done; Node does not close it then by itself.
    const sweep = setInterval(() => server.closeIdleConnections(), 20)
    let inTime = true
    const cutOff = setTimeout(() => {
      inTime = false
      server.closeAllConnections()
    }, timeoutMs)
    server.close(() => {
      clearInterval(sweep)
      clearTimeout(cutOff)
      resolve(inTime)
    })
    server.closeIdleConnections()
  })
