import type { Socket } from 'node:net'
import { Client, fetch as fetchBy, ProxyAgent } from 'undici'

/** The proxy through which Exchange is reached. */
export interface NetworkProxy {
  readonly scheme: 'http' | 'https'
  /** A name or an address, without port. */
  readonly host: string
  readonly port: number
  /** `null`: the proxy asks for none. */
  readonly account: { readonly user: string; readonly password: string } | null
}

/** The network as it is behind a proxy. */
export interface ProxiedNetwork {
  readonly fetch: typeof globalThis.fetch
  /** A stream of bytes to `host:port`, by CONNECT (RFC 9110 §9.3.6). */
  readonly connect: (host: string, port: number) => Promise<Socket>
  /** Ends its connections. */
  readonly close: () => Promise<void>
}

const addressOf = ({ scheme, host, port }: NetworkProxy): string =>
  `${scheme}://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`

const credentials = ({ account }: NetworkProxy): string | null =>
  account === null ? null : `Basic ${Buffer.from(`${account.user}:${account.password}`).toString('base64')}`

/** Servers on this machine are this machine's, not the proxy's. */
const isHere = (url: URL): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)

/**
 * Reaches other servers through a proxy: TLS goes end to end within its tunnel, so that the proxy sees names and amounts only. What is
 * addressed to this machine goes directly.
 *
 * @param ca certificates to trust beside the system's, PEM
 */
export const openProxiedNetwork = (
  proxy: NetworkProxy,
  direct: typeof globalThis.fetch,
  { ca }: { readonly ca?: string } = {},
): ProxiedNetwork => {
  const token = credentials(proxy)
  const trusted = ca === undefined ? {} : { ca }
  const agent = new ProxyAgent({
    uri: addressOf(proxy),
    proxyTunnel: true,
    proxyTls: trusted,
    requestTls: trusted,
    ...(token === null ? {} : { token }),
  })
  // Its Response is the Fetch standard's, under another name.
  const through = fetchBy as unknown as (url: URL, init: unknown) => Promise<Response>
  return {
    fetch: (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input)
      return isHere(url) ? direct(input, init) : through(url, { ...init, dispatcher: agent })
    },
    connect: async (host, port) => {
      const client = new Client(addressOf(proxy), { connect: trusted })
      const { statusCode, socket } = await client.connect({
        path: `${host}:${port}`,
        headers: token === null ? {} : { 'proxy-authorization': token },
      })
      if (statusCode !== 200) {
        socket.destroy()
        throw new TypeError(`The proxy answered ${statusCode}`)
      }
      return socket as Socket
    },
    close: () => agent.close(),
  }
}
