import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

/** A listening server on a free loopback port, with what a test needs to reach it. */
export interface TestServer {
  readonly server: Server
  readonly origin: string
  readonly port: number
  /** A raw connection; `text()` is all that came so far, `until(marker)` waits for it, `closed` for the end. */
  raw(): Promise<RawConnection>
  close(): Promise<void>
}

export interface RawConnection {
  readonly socket: Socket
  text(): string
  until(marker: string, times?: number): Promise<string>
  readonly closed: Promise<string>
}

/** Starts a server for one test; `prepare` is called before it listens. */
export const startServer = async (
  listener: RequestListener,
  prepare: (server: Server) => void = () => undefined,
): Promise<TestServer> => {
  const server = createServer(listener)
  prepare(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    server,
    port,
    origin: `http://127.0.0.1:${port}`,
    raw: () => openRaw(port),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const openRaw = async (port: number): Promise<RawConnection> => {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  const watchers = new Set<() => void>()
  socket.setEncoding('latin1')
  socket.on('data', (text: string) => {
    received += text
    for (const watch of watchers) watch()
  })
  socket.on('error', () => undefined) // seen as the end
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(received)))
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  return {
    socket,
    closed,
    text: () => received,
    until: (marker, times = 1) =>
      Promise.race([
        new Promise<string>((resolve) => {
          const watch = () => {
            if (received.split(marker).length <= times) return
            watchers.delete(watch)
            resolve(received)
          }
          watchers.add(watch)
          watch()
        }),
        closed.then((text) => {
          if (text.split(marker).length <= times) throw new Error(`Connection closed without ${marker}: ${text}`)
          return text
        }),
      ]),
  }
}
