import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { closeGracefully, toNodeListener, watchConnections } from '@dayport/http/node'
import type { PortalConfig } from '../config.ts'
import type { Portal } from '../open-portal.ts'

/** How long requests in flight may take once the portal was asked to stop. */
const stopTimeoutMs = 10_000

/** A portal that listens. */
export interface RunningPortal {
  /** `http://127.0.0.1:8080`. */
  readonly url: string
  /** Finishes what is in flight, frees the port and closes the database. Safe to call twice. */
  stop(): Promise<void>
}

const listen = (server: Server, { port, host }: PortalConfig): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve(server.address() as AddressInfo))
  })

/** @throws {Error} of the system when the port is taken or not allowed. */
export const serve = async (
  portal: Portal,
  config: PortalConfig,
  onError: (error: unknown) => void,
): Promise<RunningPortal> => {
  const listener = toNodeListener(portal.fetch, {
    // PUBLIC_URL says that one proxy stands before us: failures are then counted by the address that it saw.
    ...(config.publicUrl === null ? {} : { origin: config.publicUrl, trustProxy: true }),
    onError,
  })
  const server = createServer(listener)
  server.on('checkContinue', listener)
  watchConnections(server)
  const { address, family, port } = await listen(server, config)
  let stopping: Promise<void> | undefined
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    stop: () => {
      if (stopping === undefined) {
        const finished = closeGracefully(server, { timeoutMs: stopTimeoutMs })
        portal.endStreams()
        stopping = finished.then(() => portal.close())
      }
      return stopping
    },
  }
}
