import { HttpError } from './http-error.ts'

/** Bounds of {@link readBody}. */
export interface ReadBodyOptions {
  /** Most bytes, after decompression too. */
  readonly maxBytes: number
}

/**
 * The whole body, empty when there is none; a copy that shares no memory with the connection. `Content-Encoding: gzip` is
 * decoded, with the limit on both sides of it. A body over the limit is cancelled: it is not read further, and the bridge to the
 * server drains what still comes, so that the connection stays usable.
 *
 * @throws {HttpError} 413 over `maxBytes`; 415 for an encoding other than gzip (RFC 9110 §15.5.16); 400 for broken gzip.
 */
export const readBody = async (request: Request, { maxBytes }: ReadBodyOptions): Promise<Uint8Array> => {
  const { body } = request
  if (body === null) return new Uint8Array()
  const encoding = (request.headers.get('content-encoding') ?? 'identity').trim().toLowerCase()
  const gzip = encoding === 'gzip' || encoding === 'x-gzip'
  if (!gzip && encoding !== 'identity' && encoding !== '') {
    await body.cancel()
    throw new HttpError(415, 'Expected Content-Encoding gzip or none', { headers: { 'accept-encoding': 'gzip' } })
  }
  // Checked first so that nothing is read in vain; counted below all the same, because the header may be missing or lie.
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) {
    await body.cancel()
    throw tooLarge(maxBytes)
  }
  const counted = bounded(body, maxBytes)
  if (!gzip) return collect(counted)
  try {
    const decoded = streamOf(counted).pipeThrough(new DecompressionStream('gzip'))
    return await collect(bounded(decoded, maxBytes))
  } catch (error) {
    if (HttpError.is(error) || request.signal.aborted) throw error
    throw new HttpError(400, 'Expected a gzip body', { cause: error })
  }
}

const tooLarge = (maxBytes: number) => new HttpError(413, `Expected a body of at most ${maxBytes} bytes`)

/** The stream's chunks, until there are too many bytes; leaving the loop early cancels the stream. */
async function* bounded(stream: ReadableStream<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader()
  let bytes = 0
  let ended = false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      bytes += value.byteLength
      if (bytes > maxBytes) throw tooLarge(maxBytes)
      yield value as Uint8Array<ArrayBuffer>
    }
    ended = true
  } finally {
    // A stream that has failed already rejects the cancel with the same failure, which is on its way up.
    if (!ended) await reader.cancel().catch(() => undefined)
  }
}

const streamOf = (chunks: AsyncGenerator<Uint8Array<ArrayBuffer>>) =>
  new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await chunks.return(undefined)
    },
  })

const collect = async (chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    parts.push(chunk)
    length += chunk.byteLength
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}
