import type { IncomingMessage, ServerResponse } from 'node:http'
import { HttpError } from '../http-error.ts'

type Controller = ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>

/** A request's body: read by the handler, or got rid of so that the connection can carry the next request. */
export interface IncomingBody {
  /** `null` when the request has none. Nothing is taken from the socket, and no 100 Continue sent, before the first read. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>> | null
  /** Whether any of it was read or thrown away. */
  isUsed(): boolean
  /** Throws away what still comes, up to the bound, unless the handler is reading it. */
  discardUnlessRead(): void
  /** Throws away what still comes, up to the bound. */
  discard(): void
  /** Whether more is announced, or has come, than will be thrown away: then the connection has to be closed. */
  isOverlong(): boolean
  /** Settles when the body is through, the client is gone, the bound is reached, or the time is over. */
  discarded(timeoutMs: number): Promise<void>
}

const noBody: IncomingBody = {
  stream: () => null,
  isUsed: () => false,
  discardUnlessRead: () => undefined,
  discard: () => undefined,
  isOverlong: () => false,
  discarded: () => Promise.resolve(),
}

export const incomingBody = (
  request: IncomingMessage,
  response: ServerResponse,
  maxDrainBytes: number,
): IncomingBody => {
  const { 'content-length': length, 'transfer-encoding': transfer } = request.headers
  if (transfer === undefined && (length === undefined || length === '0')) return noBody

  let state: 'idle' | 'reading' | 'discarding' | 'through' = 'idle'
  let stream: ReadableStream<Uint8Array<ArrayBuffer>> | null = null
  let controller: Controller | null = null
  let read = 0
  let thrownAway = 0
  const waiting = new Set<() => void>()
  const settle = () => {
    for (const resolve of waiting) resolve()
  }

  const listen = () => {
    request.on('data', (chunk: Buffer<ArrayBuffer>) => {
      if (state === 'reading') {
        read += chunk.byteLength
        controller?.enqueue(chunk)
        if ((controller?.desiredSize ?? 1) <= 0) request.pause()
        return
      }
      thrownAway += chunk.byteLength
      if (thrownAway <= maxDrainBytes) return
      request.pause()
      settle()
      if (response.writableFinished) request.socket.destroy()
    })
    const through = (fail: boolean) => {
      if (state === 'reading') {
        if (fail) controller?.error(new HttpError(400, 'The client went away before its request was whole'))
        else controller?.close()
      }
      state = 'through'
      settle()
    }
    request.once('end', () => through(false))
    // 'close' follows 'end'; without it, the client is gone.
    request.once('close', () => through(true))
    request.on('error', () => undefined) // told by 'close'
  }

  const discard = () => {
    if (state === 'through' || state === 'discarding') return
    if (state === 'idle') listen()
    else controller?.error(new Error('The request was answered before its body was read'))
    state = 'discarding'
    request.resume()
  }

  const makeStream = () =>
    new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        start(given) {
          controller = given
        },
        pull(given) {
          if (state === 'idle') {
            if (request.readableEnded || request.destroyed) {
              given.error(new Error('The request body is read already or gone: mount the listener before body parsers'))
              return
            }
            state = 'reading'
            listen()
            continueIfExpected(request, response)
          }
          request.resume()
        },
        cancel() {
          // The stream is closed by now; only the socket's bytes are left.
          controller = null
          discard()
        },
      },
      { highWaterMark: 0 },
    )

  return {
    stream: () => {
      stream ??= makeStream()
      return stream
    },
    isUsed: () => state !== 'idle',
    discardUnlessRead: () => {
      if (state === 'idle') discard()
    },
    discard,
    isOverlong: () =>
      state === 'discarding' &&
      (thrownAway > maxDrainBytes || (length !== undefined && Number(length) - read > maxDrainBytes)),
    discarded: (timeoutMs) =>
      new Promise((resolve) => {
        if (state === 'through' || thrownAway > maxDrainBytes) return resolve()
        const timer = setTimeout(resolve, timeoutMs)
        waiting.add(() => {
          clearTimeout(timer)
          resolve()
        })
      }),
  }
}

/** Node sends 100 Continue itself unless the server has a listener for it; then it is ours to send, when the body is wanted. */
const continueIfExpected = (request: IncomingMessage, response: ServerResponse) => {
  if (request.headers.expect?.toLowerCase() !== '100-continue' || response.headersSent) return
  const { server } = request.socket as { readonly server?: { listenerCount(event: string): number } }
  if ((server?.listenerCount('checkContinue') ?? 0) > 0) response.writeContinue()
}
