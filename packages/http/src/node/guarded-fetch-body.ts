import type { IncomingMessage } from 'node:http'
import { pipeline, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { GuardedFetchError } from '../guarded-fetch-error.ts'

/** For Accept-Encoding. */
export const acceptedEncodings = 'gzip, deflate, br'

/** How a body is bounded and how its failures are told. */
export interface BodyBounds {
  /** Of the body as sent, and again as decoded. */
  readonly maxBytes: number
  /** Makes the error to be thrown of one that came up. */
  readonly explain: (error: unknown) => unknown
}

/**
 * The decoded body of an answer as it is asked for, with the limit on both sides of the decoder.
 *
 * @throws {GuardedFetchError} at once: `too-large` by Content-Length, `bad-answer` for an encoding that was not offered.
 */
export const boundedBody = (
  answer: IncomingMessage,
  headers: Headers,
  { maxBytes, explain }: BodyBounds,
): ReadableStream<Uint8Array<ArrayBuffer>> => {
  const fail = (error: GuardedFetchError): never => {
    answer.destroy()
    throw error
  }
  const encoding = (headers.get('content-encoding') ?? 'identity').trim().toLowerCase()
  const decoder = decoders.get(encoding)
  if (decoder === undefined) return fail(new GuardedFetchError('bad-answer', 'The answer’s encoding is not known here'))
  if (Number(headers.get('content-length') ?? 0) > maxBytes) return fail(tooLarge(maxBytes))
  const decoded = decoder(counted(answer, maxBytes), (error) => answer.destroy(error))
  const chunks = counted(decoded, maxBytes)
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next()
          if (done) controller.close()
          else controller.enqueue(value as Uint8Array<ArrayBuffer>)
        } catch (error) {
          answer.destroy()
          throw explain(
            isDamage(error) ? new GuardedFetchError('bad-answer', 'The answer is damaged', { cause: error }) : error,
          )
        }
      },
      cancel() {
        answer.destroy()
      },
    },
    { highWaterMark: 0 },
  )
}

type Decoder = (sent: AsyncIterable<Uint8Array>, giveUp: (error: Error) => void) => AsyncIterable<Uint8Array>

const plain: Decoder = (sent) => sent

const through =
  (create: () => Transform): Decoder =>
  (sent, giveUp) => {
    const decoder = create()
    // Its error comes out of the decoder, where it is being read.
    pipeline(sent, decoder, (error) => {
      if (error) giveUp(error)
    })
    return decoder
  }

const decoders: ReadonlyMap<string, Decoder> = new Map([
  ['identity', plain],
  ['', plain],
  ['gzip', through(createGunzip)],
  ['x-gzip', through(createGunzip)],
  ['deflate', through(createInflate)],
  ['br', through(createBrotliDecompress)],
])

async function* counted(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw tooLarge(maxBytes)
    yield chunk
  }
}

const tooLarge = (maxBytes: number) => new GuardedFetchError('too-large', `The answer is larger than ${maxBytes} bytes`)

const isDamage = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(Z_|ERR_BROTLI|ERR__)/.test(String(error.code))
