import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Serves a handler on this machine, for clients that bring their own transport. */
export const serve = async (handle: (request: Request) => Promise<Response>) => {
  const server = createServer((incoming, outgoing) => {
    const answer = async (): Promise<void> => {
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(chunk as Buffer)
      const headers = new Headers(incoming.headers as Record<string, string>)
      const request = new Request(`http://localhost${incoming.url}`, {
        method: 'POST',
        headers,
        body: Buffer.concat(chunks),
      })
      const response = await handle(request)
      outgoing.writeHead(response.status, Object.fromEntries(response.headers))
      outgoing.end(Buffer.from(await response.arrayBuffer()))
    }
    void answer()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/EWS/Exchange.asmx`,
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
