import { pipeline, Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { constants, createBrotliCompress } from 'node:zlib'
import { streamBody } from '../stream-body.ts'

/** A window of 512 KiB: a subscription costs little memory, and calendars repeat themselves sooner. */
const windowBits = 19

type Body = ReadableStream<Uint8Array<ArrayBuffer>>

/**
 * Writes a body in brotli (`Content-Encoding: br`), no faster than it is taken: a coding for `createFeedHandler`.
 *
 * @param quality 0 (quickest) to 11 (smallest). Default 4, which is as quick as gzip and smaller. The web's own CompressionStream knows
 * 11 only, a hundred times slower.
 */
export const brotliBody =
  (quality = 4) =>
  (body: Body): Body => {
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: quality,
      [constants.BROTLI_PARAM_LGWIN]: windowBits,
    }
    const brotli = createBrotliCompress({ params })
    // An error on either side ends the other, and so reaches the reader.
    pipeline(Readable.fromWeb(body as NodeReadableStream), brotli, () => undefined)
    return streamBody(brotli)
  }
