/** How {@link streamBody} cuts its output. */
export interface StreamBodyOptions {
  /** Small chunks are gathered until they are this many bytes. Default 32 768; 0 sends each chunk as it comes (event streams). */
  readonly gatherBytes?: number
}

/**
 * A body from chunks, strings as UTF-8. Nothing is asked of `chunks` before the receiver asks for bytes; when the receiver goes
 * away, the iterator is ended (its `finally` runs); when the iterator throws, the body fails and so does the connection.
 */
export const streamBody = (
  chunks: AsyncIterable<Uint8Array | string>,
  options: StreamBodyOptions = {},
): ReadableStream<Uint8Array<ArrayBuffer>> => {
  const gatherBytes = options.gatherBytes ?? 32_768
  const encoder = new TextEncoder()
  let iterator: AsyncIterator<Uint8Array | string> | null = null
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        iterator ??= chunks[Symbol.asyncIterator]()
        const parts: Uint8Array[] = []
        let length = 0
        let ended = false
        do {
          const { done, value } = await iterator.next()
          if (done) ended = true
          else {
            const part = typeof value === 'string' ? encoder.encode(value) : value
            if (part.byteLength > 0) parts.push(part)
            length += part.byteLength
          }
        } while (!ended && (length === 0 || length < gatherBytes))
        if (length > 0) controller.enqueue(joined(parts, length))
        if (ended) controller.close()
      },
      async cancel() {
        await iterator?.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}

const joined = (parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> => {
  const [first] = parts
  if (parts.length === 1 && first !== undefined) return first as Uint8Array<ArrayBuffer>
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}
