import type { ServerResponse } from 'node:http'

/** How an answer is written. */
export interface WriteOptions {
  /** To HEAD: the same header, no body. */
  readonly headOnly: boolean
  /** Say that the connection ends with this answer. */
  readonly close: boolean
  /** Awaited when all is written but the answer not yet ended. */
  readonly beforeEnd: (() => Promise<void>) | null
}

type Reader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>
type Read = Awaited<ReturnType<Reader['read']>>

/** Up to this size bytes travel as a Latin-1 string, which node:http joins with the header into one write instead of two. */
const maxTextBytes = 32_768

/** RFC 9110 §15.3.5, §15.3.6, §15.4.5. */
const isBodiless = (status: number) => status === 204 || status === 205 || status === 304

/**
 * Writes the answer: in one piece with its Content-Length when the body comes in one chunk, else as it comes, no faster than the
 * client takes it. A body that fails before its first byte rejects with nothing written; later the connection is destroyed, so that
 * no client takes half an answer for a whole one, and the promise rejects too. When the client goes away the body is cancelled.
 */
export const writeResponse = async (res: ServerResponse, response: Response, options: WriteOptions): Promise<void> => {
  const { status, body } = response
  const headers: string[] = []
  let declared: number | null = null
  for (const [name, value] of response.headers) {
    // Framing is ours; a length on 204 is forbidden by RFC 9110 §8.6.
    if (name === 'transfer-encoding' || (name === 'content-length' && status === 204)) continue
    if (name === 'content-length') declared = Number(value)
    headers.push(name, value)
  }
  if (options.close) headers.push('connection', 'close')
  const head = (length: number | null) => {
    if (length !== null && declared === null) headers.push('content-length', String(length))
    if (response.statusText === '') res.writeHead(status, headers)
    else res.writeHead(status, response.statusText, headers)
  }

  if (body === null || isBodiless(status)) {
    void body?.cancel().catch(() => undefined)
    head(isBodiless(status) || options.headOnly ? null : 0)
    return finish(res, undefined, options)
  }
  if (options.headOnly && declared !== null) {
    void body.cancel().catch(() => undefined)
    head(null)
    return finish(res, undefined, options)
  }

  const reader = body.getReader()
  // A client that goes away ends the reading, also while the next chunk is being made.
  const cancel = () => void reader.cancel().catch(() => undefined)
  res.once('close', cancel)
  const first = await reader.read()
  const { ready, later } = first.done ? { ready: first, later: Promise.resolve(first) } : await readAhead(reader)
  if (res.destroyed) return
  const bytes = first.value ?? new Uint8Array()
  const whole = ready?.done === true
  if (options.headOnly) {
    res.off('close', cancel)
    cancel()
    head(whole ? bytes.byteLength : null)
    return finish(res, undefined, options)
  }
  if (whole && (declared === null || declared === bytes.byteLength)) {
    res.off('close', cancel)
    head(bytes.byteLength)
    return finish(res, bytes, options)
  }
  head(null)
  try {
    const sent = await writeChunks(res, reader, bytes, later)
    if (res.destroyed) return
    if (declared !== null && sent !== declared) throw new Error(`Content-Length says ${declared}, the body has ${sent}`)
  } catch (error) {
    res.destroy()
    throw error
  }
  res.off('close', cancel)
  return finish(res, undefined, options)
}

/** Asks for the next chunk; `ready` is it when it came within a few microtasks, as the end of a body made from text does. */
const readAhead = async (reader: Reader): Promise<{ readonly ready: Read | null; readonly later: Promise<Read> }> => {
  const later = reader.read()
  let ready: Read | null = null
  const remember = (read: Read) => {
    ready = read
  }
  later.then(remember, () => undefined)
  for (let turn = 0; turn < 4 && ready === null; turn++) await null
  return { ready, later }
}

/** The number of bytes written; ends early when the client is gone. */
const writeChunks = async (
  res: ServerResponse,
  reader: Reader,
  first: Uint8Array,
  later: Promise<Read>,
): Promise<number> => {
  let sent = first.byteLength
  let flows = res.write(first)
  let pending = later
  for (;;) {
    if (!flows) await drained(res)
    const read = await pending
    if (read.done || res.destroyed) return sent
    pending = reader.read()
    // It is awaited in the next turn; a failure in between is not unhandled.
    pending.catch(() => undefined)
    sent += read.value.byteLength
    flows = res.write(read.value)
  }
}

const drained = (res: ServerResponse) =>
  new Promise<void>((resolve) => {
    if (res.destroyed || !res.writableNeedDrain) return resolve()
    const done = () => {
      res.off('drain', done)
      res.off('close', done)
      resolve()
    }
    res.on('drain', done)
    res.on('close', done)
  })

const finish = async (res: ServerResponse, body: Uint8Array | undefined, { beforeEnd }: WriteOptions) => {
  if (beforeEnd === null) {
    if (body === undefined || body.byteLength > maxTextBytes) res.end(body)
    else res.end(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'), 'latin1')
    return
  }
  if (body === undefined) res.flushHeaders()
  else res.write(body)
  await beforeEnd()
  res.end()
}
