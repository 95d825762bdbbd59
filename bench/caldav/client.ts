import { Agent, request } from 'node:http'

export interface Answer {
  readonly status: number
  readonly text: string
  readonly etag: string | undefined
}

/** Sends one request over kept-alive connections, at most as many as the client was made for. */
export type Send = (
  method: string,
  path: string,
  body?: string,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>

export const createClient = (port: number, connections: number, authorization: string | null) => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const send: Send = (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port,
          method,
          path,
          agent,
          headers: {
            ...(authorization === null ? {} : { authorization }),
            ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
            ...headers,
          },
        },
        (response) => {
          const pieces: Buffer[] = []
          response.on('data', (piece: Buffer) => pieces.push(piece))
          response.on('error', reject)
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              text: Buffer.concat(pieces).toString('utf8'),
              etag: response.headers.etag,
            }),
          )
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  return { send, close: () => agent.destroy() }
}
