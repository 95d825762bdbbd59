import { streamBody } from '@dayport/http'
import type { ByteCache } from './byte-cache.ts'
import type { EncodeBody } from './content-encoding.ts'
import type { FeedSource } from './feed-segment.ts'
import { type Feed, feedText } from './feed-text.ts'

type Body = ReadableStream<Uint8Array<ArrayBuffer>>

/** Encoded feeds that are bigger are encoded anew for each fetch. */
const maxKeptBytes = 8 * 1024 * 1024

/** A feed as it stands, streamed. */
export const plainBody = (feed: Feed, source: FeedSource, cache: ByteCache): Body =>
  streamBody(feedText(feed, source, cache))

/** A feed in a coding: encoded once for each state of it, and sent from there as long as there is room for it. */
export const encodedBody = (
  feed: Feed,
  source: FeedSource,
  cache: ByteCache,
  encode: EncodeBody,
  etag: string,
): Body => {
  const fresh = () => encode(plainBody(feed, source, cache))
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const { value, release } = await cache.acquire(JSON.stringify(['encoded', etag]), (grow) => collect(fresh(), grow))
    try {
      yield* value ?? fresh()
    } finally {
      release()
    }
  }
  return streamBody(chunks())
}

/** `null` when it is too big to be kept. */
const collect = async (body: Body, grow: (bytes: number) => boolean): Promise<readonly Uint8Array[] | null> => {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    if (length + chunk.byteLength > maxKeptBytes || !grow(chunk.byteLength)) {
      grow(-length)
      return null // leaving the loop cancels the body
    }
    length += chunk.byteLength
    chunks.push(chunk)
  }
  return chunks
}
