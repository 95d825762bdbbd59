import type { Server } from 'node:http'
import type { Socket } from 'node:net'

const connections = new WeakMap<Server, Set<Socket>>()

/**
 * Remembers the connections of a server, from before it listens, so that `closeGracefully` can end those that were opened and
 * never used: browsers keep such ones in store, and Node counts them as busy.
 */
export const watchConnections = (server: Server): void => {
  const open = new Set<Socket>()
  connections.set(server, open)
  server.on('connection', (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
}

const closeIdle = (server: Server): void => {
  server.closeIdleConnections()
  for (const socket of connections.get(server) ?? []) if (socket.bytesRead === 0) socket.destroy()
}

/**
 * Ends a server: no new connections, idle ones closed at once, requests under way finished. Resolves with `true` when all of them
 * did, with `false` when `timeoutMs` passed and the rest was cut off. Once is enough; a server that does not listen is `true`.
 * Connections on which nothing was ever sent are known only with `watchConnections`; else they last until `timeoutMs`.
 */
export const closeGracefully = (server: Server, { timeoutMs }: { readonly timeoutMs: number }): Promise<boolean> =>
  new Promise((resolve) => {
    // A kept-alive connection becomes idle when its request is done; Node does not close it then by itself.
    const sweep = setInterval(() => closeIdle(server), 20)
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
    closeIdle(server)
  })
