import { createXmlWriter, type XmlWriter } from '@dayport/core/xml'
import { streamBody } from '@dayport/http'
import { type Condition, writeCondition } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { answerNamespaces, dav } from './names.ts'

/** Below this many bytes an answer goes out whole, with a length, as proxies of HTTP/1.0 need it. */
const chunkBytes = 262_144
/** Text becomes bytes in pieces that fit into the processor's cache: much faster than a whole chunk at once. */
const pieceLength = 32_768

/** Whether enough waits to be made bytes of: what `produce` asks after each response element. */
export const isPiece = (writer: XmlWriter): boolean => writer.pendingLength >= pieceLength

/**
 * 207 with what `produce` writes, RFC 4918 §13. It yields when there is a piece, or after every response; whatever is long is then
 * streamed, so that a calendar of any size costs little memory. A failure before the first chunk still becomes a proper refusal; later
 * it goes to the host and breaks the connection, so that nobody takes half an answer for a whole one.
 */
export const multistatusResponse = async (
  x: Pick<Exchange, 'onError'>,
  produce: (writer: XmlWriter) => AsyncIterable<void>,
  headers: Readonly<Record<string, string>>,
): Promise<Response> => {
  const writer = createXmlWriter({ namespaces: answerNamespaces })
  let complete = false
  async function* chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    let pieces: Uint8Array<ArrayBuffer>[] = []
    let bytes = 0
    // Bytes: of a text the platform first makes sure that it is well-formed, which ours is.
    const encodePiece = (): void => {
      const piece = encoder.encode(writer.take())
      pieces.push(piece)
      bytes += piece.byteLength
    }
    writer.open(dav('multistatus'))
    for await (const _ of produce(writer)) {
      if (!isPiece(writer)) continue
      encodePiece()
      if (bytes < chunkBytes) continue
      yield joined(pieces, bytes)
      pieces = []
      bytes = 0
    }
    writer.close()
    encodePiece()
    complete = true
    yield joined(pieces, bytes)
  }
  const iterator = chunks()
  const first = (await iterator.next()).value as Uint8Array<ArrayBuffer>
  const init = {
    status: 207,
    headers: { 'content-type': 'application/xml; charset=utf-8', 'cache-control': 'no-store', ...headers },
  }
  return complete ? new Response(first, init) : new Response(streamBody(reported(x, resumed(first, iterator))), init)
}

const encoder = new TextEncoder()

const joined = (pieces: readonly Uint8Array<ArrayBuffer>[], length: number): Uint8Array<ArrayBuffer> => {
  const [first] = pieces
  if (pieces.length === 1 && first !== undefined) return first
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.byteLength
  }
  return whole
}

/** Tells the host of a failure after the head of the answer is on its way. */
export async function* reported<T>(x: Pick<Exchange, 'onError'>, chunks: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* chunks
  } catch (error) {
    x.onError(error)
    throw error
  }
}

async function* resumed<T>(first: T, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    yield first
    yield* rest
  } finally {
    await rest.return(undefined)
  }
}

/** A response element without properties. RFC 4918 §14.24. */
export const writeStatusResponse = (
  writer: XmlWriter,
  href: string,
  status: number,
  condition: Condition | null = null,
): void => {
  writer.open(dav('response')).element(dav('href'), href)
  writeStatus(writer, status)
  writeErrorOf(writer, condition)
  writer.close()
}

export const writeErrorOf = (writer: XmlWriter, condition: Condition | null): void => {
  if (condition === null) return
  writer.open(dav('error'))
  writeCondition(writer, condition)
  writer.close()
}

export const writeStatus = (writer: XmlWriter, status: number): void => {
  writer.element(dav('status'), `HTTP/1.1 ${status} ${reasons.get(status) ?? 'Unknown'}`)
}

const reasons: ReadonlyMap<number, string> = new Map([
  [200, 'OK'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [409, 'Conflict'],
  [412, 'Precondition Failed'],
  [423, 'Locked'],
  [424, 'Failed Dependency'],
  [500, 'Internal Server Error'],
  [507, 'Insufficient Storage'],
])
