import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { ntlmKey } from '../src/ews-node/ntlm.ts'

export interface NtlmServer {
  readonly url: string
  /** Requests without a signed-in connection that were answered with 401, and those that got through. */
  readonly counts: { refused: number; passed: number; connections: number }
  /** Closes the connections that are open, as a proxy does that has waited long enough. */
  drop(): void
  close(): Promise<void>
}

const challenge = Buffer.from('0123456789abcdef', 'hex')

const challengeMessage = (): Buffer => {
  const info = Buffer.from(
    '02000c0044006f006d00610069006e0001000c0053006500720076006500720007000800439b5dc163c5ce0100000000',
    'hex',
  )
  const head = Buffer.alloc(56)
  head.write('NTLMSSP\0', 'latin1')
  head.writeUInt32LE(2, 8)
  head.writeUInt32LE(56, 16)
  head.writeUInt32LE(0xa2898205, 20)
  challenge.copy(head, 24)
  head.writeUInt16LE(info.length, 40)
  head.writeUInt16LE(info.length, 42)
  head.writeUInt32LE(56, 44)
  return Buffer.concat([head, info])
}

/** Whether a message of the third kind proves the password. */
const proves = (message: Buffer, password: string): boolean => {
  const field = (at: number): Buffer =>
    message.subarray(message.readUInt32LE(at + 4), message.readUInt32LE(at + 4) + message.readUInt16LE(at))
  const response = field(20)
  const key = ntlmKey({ user: field(36).toString('utf16le'), domain: field(28).toString('utf16le'), password })
  return createHmac('md5', key)
    .update(challenge)
    .update(response.subarray(16))
    .digest()
    .equals(response.subarray(0, 16))
}

/** Serves `handle` behind NTLM, whose sign-in belongs to the connection. */
export const startNtlmServer = async (
  password: string,
  handle: (request: Request) => Promise<Response>,
): Promise<NtlmServer> => {
  const signedIn = new WeakSet<Socket>()
  const sockets = new Set<Socket>()
  const counts = { refused: 0, passed: 0, connections: 0 }

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const token = /^NTLM (.+)$/.exec(incoming.headers.authorization ?? '')?.[1]
    const message = token === undefined ? null : Buffer.from(token, 'base64')
    if (message?.readUInt32LE(8) === 3 && proves(message, password)) signedIn.add(incoming.socket)
    if (!signedIn.has(incoming.socket)) {
      counts.refused += 1
      const offer = message?.readUInt32LE(8) === 1 ? `NTLM ${challengeMessage().toString('base64')}` : 'NTLM'
      outgoing.writeHead(401, { 'WWW-Authenticate': offer, 'Content-Length': '0' }).end()
      return
    }
    counts.passed += 1
    const headers = new Headers(incoming.headers as Record<string, string>)
    headers.delete('authorization')
    const response = await handle(
      new Request(`http://localhost${incoming.url}`, { method: 'POST', headers, body: Buffer.concat(chunks) }),
    )
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(Buffer.from(await response.arrayBuffer()))
  }

  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing))
  server.on('connection', (socket) => {
    counts.connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/EWS/Exchange.asmx`,
    counts,
    drop() {
      for (const socket of sockets) socket.destroy()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
