import { createHash, randomBytes } from 'node:crypto'
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { isIP, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { authenticateMessage, type NtlmAccount, negotiateMessage, parseChallenge } from './ntlm.ts'

export interface NtlmFetchOptions {
  /** The only origin that credentials go to: `https://mail.example.org`. http only to this machine. */
  readonly origin: string
  readonly user: string
  readonly password: string
  /** Default `''`: for a user principal name. */
  readonly domain?: string
  /** Default `DAYPORT`. */
  readonly workstation?: string
  /** Certificates to trust beside the system's, PEM. */
  readonly ca?: string
  /** Opens the bytes to the origin's host and port, such as the tunnel of a proxy; TLS is spoken within. Default: a connection of TCP. */
  readonly connect?: (host: string, port: number) => Promise<Socket>
  /** Default: the time of this machine. */
  readonly now?: () => number
  /** Default: random bytes of the system. */
  readonly random?: (size: number) => Uint8Array
}

/** One connection and the handshake that belongs to it. */
interface Line {
  readonly agent: HttpAgent
  socket: Socket | null
  busy: boolean
}

interface Sent {
  readonly response: IncomingMessage
  readonly socket: Socket
}

/**
 * A `fetch` whose connections are signed in by NTLM version 2. A handshake belongs to its socket: each line has one socket, and a request that
 * finds it closed begins the handshake anew. Bodies must be texts or bytes, since they are sent again after the challenge.
 *
 * The channel binding is sent over TLS, as servers with Extended Protection want it.
 *
 * @throws {TypeError} for another origin, or for one without TLS that is not this machine; when no answer comes.
 */
export const createNtlmFetch = (options: NtlmFetchOptions): typeof fetch => {
  const origin = new URL(options.origin).origin
  const { protocol, hostname } = new URL(origin)
  const isInside = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  if (protocol !== 'https:' && !(protocol === 'http:' && isInside)) throw new TypeError('Expected an https address')
  const { now = Date.now, random = randomBytes } = options
  const account: NtlmAccount = {
    user: options.user,
    password: options.password,
    domain: options.domain ?? '',
    workstation: options.workstation ?? 'DAYPORT',
  }
  const lines: Line[] = []

  const openLine = (): Line => {
    const free = lines.find(({ busy }) => !busy)
    if (free !== undefined) {
      free.busy = true
      return free
    }
    const settings = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1 }
    const ca = options.ca === undefined ? {} : { ca: options.ca }
    const agent = protocol === 'https:' ? new HttpsAgent({ ...settings, ...ca }) : new HttpAgent(settings)
    const { connect } = options
    if (connect !== undefined) {
      const host = hostname.replace(/^\[|\]$/g, '')
      const port = Number(new URL(origin).port) || (protocol === 'https:' ? 443 : 80)
      agent.createConnection = (_, callback) => {
        connect(host, port).then(
          (socket) => {
            const servername = isIP(host) === 0 ? host : ''
            callback?.(null, protocol === 'https:' ? connectTls({ socket, servername, ...ca }) : socket)
          },
          (error: Error) => callback?.(error, undefined as never),
        )
        return undefined
      }
    }
    const line: Line = { agent, socket: null, busy: true }
    lines.push(line)
    return line
  }

  const send = (line: Line, url: URL, request: Plain, authorization: string | null, body: Uint8Array): Promise<Sent> =>
    new Promise((resolve, reject) => {
      const open = url.protocol === 'https:' ? httpsRequest : httpRequest
      const outgoing = open(url, {
        method: request.method,
        agent: line.agent,
        headers: {
          ...request.headers,
          'Content-Length': String(body.length),
          ...(authorization === null ? {} : { Authorization: authorization }),
        },
        ...(request.signal === null ? {} : { signal: request.signal }),
      })
      outgoing.on('response', (response) => resolve({ response, socket: response.socket }))
      outgoing.on('error', reject)
      outgoing.end(body)
    })

  /** The two legs of a handshake, on one socket; `null` when the server does not speak NTLM. */
  const signIn = async (line: Line, url: URL, request: Plain, scheme: string): Promise<Sent | null> => {
    const first = await send(line, url, request, `${scheme} ${base64(negotiateMessage())}`, new Uint8Array())
    const answer = challengeIn(first.response, scheme)
    await drain(first.response)
    // A server that wants no sign-in has seen no body yet.
    if (answer === null && first.response.statusCode !== 401) return send(line, url, request, null, request.body)
    if (answer === null) return null
    const channelBinding = endPointOf(first.socket)
    const moment = { clientChallenge: random(8), nowMs: now(), channelBinding }
    const last = authenticateMessage(account, answer, moment)
    const second = await send(line, url, request, `${scheme} ${base64(last)}`, request.body)
    if (second.socket !== first.socket) {
      second.response.destroy()
      throw new Error('the connection of the handshake was closed')
    }
    return second
  }

  const exchange = async (line: Line, url: URL, request: Plain): Promise<Sent> => {
    // A line whose socket is signed in is asked at once; any other begins with the handshake.
    if (line.socket !== null && !line.socket.destroyed) {
      const sent = await send(line, url, request, null, request.body)
      if (sent.response.statusCode !== 401) return sent
      await drain(sent.response)
    }
    for (const scheme of ['NTLM', 'Negotiate']) {
      const sent = await signIn(line, url, request, scheme)
      if (sent === null) continue
      line.socket = sent.response.statusCode === 401 ? null : sent.socket
      return sent
    }
    return send(line, url, request, null, new Uint8Array())
  }

  return async (input, init) => {
    const request = await plainOf(input, init)
    const url = new URL(request.url)
    if (url.origin !== origin) throw new TypeError('Expected the origin that the account is for')
    const line = openLine()
    const release = (): void => {
      line.busy = false
    }
    try {
      const { response } = await exchange(line, url, request)
      response.once('close', release)
      return toResponse(response)
    } catch (cause) {
      line.socket = null
      release()
      request.signal?.throwIfAborted()
      throw new TypeError('fetch failed', { cause })
    }
  }
}

interface Plain {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly signal: AbortSignal | null
}

const plainOf = async (input: RequestInfo | URL, init?: RequestInit): Promise<Plain> => {
  const request = new Request(input, init)
  const body = new Uint8Array(await request.arrayBuffer())
  return {
    url: request.url,
    method: request.method,
    headers: Object.fromEntries(request.headers),
    body,
    signal: request.signal,
  }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

const challengeIn = (response: IncomingMessage, scheme: string) => {
  const offers = (response.headers['www-authenticate'] ?? '').split(/,\s*/)
  const token = offers
    .map((offer) => new RegExp(`^${scheme} ([A-Za-z0-9+/=]+)$`, 'i').exec(offer)?.[1])
    .find((found) => found !== undefined)
  return token === undefined ? null : parseChallenge(Buffer.from(token, 'base64'))
}

/** The socket is free again only when the answer was read. */
const drain = async (response: IncomingMessage): Promise<void> => {
  for await (const _ of response);
}

/** `tls-server-end-point`: the certificate's hash by SHA-256, or by what it was signed with where that is longer. RFC 5929 §4. */
const endPointOf = (socket: Socket): Uint8Array | null => {
  if (!('getPeerCertificate' in socket)) return null
  const { raw } = (socket as TLSSocket).getPeerCertificate()
  if (raw === undefined) return null
  return createHash(signatureHash(raw)).update(raw).digest()
}

/** Object identifiers of signatures by SHA-384 and SHA-512, RSA and ECDSA, in DER. */
const longer: readonly (readonly [hash: string, oids: readonly string[]])[] = [
  ['sha384', ['2a864886f70d01010c', '2a8648ce3d040303']],
  ['sha512', ['2a864886f70d01010d', '2a8648ce3d040304']],
]

const signatureHash = (certificate: Uint8Array): string => {
  // The first algorithm identifier of a certificate stands in its head, before names and keys.
  const head = Buffer.from(certificate.subarray(0, 80)).toString('hex')
  return longer.find(([, oids]) => oids.some((oid) => head.includes(oid)))?.[0] ?? 'sha256'
}

const toResponse = (incoming: IncomingMessage): Response => {
  const headers = new Headers()
  for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
    headers.append(incoming.rawHeaders[at]!, incoming.rawHeaders[at + 1]!)
  }
  const status = incoming.statusCode ?? 500
  if (status === 204 || status === 304) {
    incoming.resume()
    return new Response(null, { status, headers })
  }
  return new Response(Readable.toWeb(incoming) as ReadableStream<Uint8Array>, { status, headers })
}
