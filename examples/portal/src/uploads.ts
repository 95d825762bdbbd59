import { createWriteStream } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { CalendarError } from '@dayport/core'
import { HttpError } from '@dayport/http'

/** Files of one person that may be on their way in at the same time. */
const maxReceivingOfOne = 2

/** A file that has come in and lies on disk. */
export interface Upload {
  readonly bytes: number
  /** The whole content; the one time that it is in memory. */
  read(): Promise<Uint8Array>
  /** Removes the file. Safe to call twice. */
  discard(): Promise<void>
}

export type Uploads = Awaited<ReturnType<typeof openUploads>>

const tooLarge = (maxBytes: number): HttpError => new HttpError(413, `Expected a body of at most ${maxBytes} bytes`)

/** Lets bytes through until there are too many. */
const counting = (maxBytes: number, onBytes: (total: number) => void): Transform => {
  let total = 0
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      total += chunk.byteLength
      onBytes(total)
      if (total > maxBytes) done(tooLarge(maxBytes))
      else done(null, chunk)
    },
  })
}

/**
 * Request bodies on their way to a file in `folder`, so that a slow upload of a big calendar holds a few chunks in memory and not
 * the calendar. What a crash left there is removed first.
 */
export const openUploads = async (folder: string, newId: () => string) => {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const receiving = new Map<string, number>()

  const store = async (request: Request, path: string, maxBytes: number): Promise<number> => {
    const encoding = (request.headers.get('content-encoding') ?? 'identity').trim().toLowerCase()
    if (!['identity', 'gzip', 'x-gzip'].includes(encoding)) {
      throw new HttpError(415, 'Expected Content-Encoding gzip or none', { headers: { 'accept-encoding': 'gzip' } })
    }
    // Counted below all the same: the header may be missing or lie.
    if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes)
    if (request.body === null) throw new HttpError(400, 'Expected a body')
    let bytes = 0
    const sent = counting(maxBytes, (total) => (bytes = total))
    const source = Readable.fromWeb(request.body as Parameters<typeof Readable.fromWeb>[0])
    const file = createWriteStream(path, { mode: 0o600, flags: 'wx' })
    try {
      if (encoding === 'identity') await pipeline(source, sent, file)
      else
        await pipeline(
          source,
          sent,
          createGunzip(),
          counting(maxBytes, (total) => (bytes = total)),
          file,
        )
    } catch (error) {
      const broken = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
      throw broken ? new HttpError(400, 'Expected a gzip body', { cause: error }) : error
    }
    return bytes
  }

  return {
    /**
     * Takes the body of a request in; gzip is decoded, with the limit on both sides of it.
     *
     * @throws {HttpError} 413 over `maxBytes`, 415 for another encoding, 400 for broken gzip.
     * @throws {CalendarError} `limit-exceeded` while too many files of the person are on their way.
     */
    receive: async (request: Request, person: string, maxBytes: number): Promise<Upload> => {
      const others = receiving.get(person) ?? 0
      if (others >= maxReceivingOfOne) throw new CalendarError('limit-exceeded', 'Another upload is still running')
      receiving.set(person, others + 1)
      const path = join(folder, `${newId()}.ics`)
      const discard = () => rm(path, { force: true })
      try {
        const bytes = await store(request, path, maxBytes)
        return { bytes, read: () => readFile(path), discard }
      } catch (error) {
        await discard()
        throw error
      } finally {
        const left = (receiving.get(person) ?? 1) - 1
        if (left > 0) receiving.set(person, left)
        else receiving.delete(person)
      }
    },
  }
}
