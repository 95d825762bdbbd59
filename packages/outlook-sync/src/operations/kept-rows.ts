import type { ListChanges } from '../list-service.ts'
import { gapByte, keptParts } from '../wire/kept-row.ts'
import { createRowWriter } from '../wire/row.ts'
import type { RowQuery } from './row-query.ts'

/** Bytes of a piece; a longer row is one of its own. */
const pieceBytes = 65_536

/** Bytes that are gathered into pieces. */
const createGatherer = () => {
  let piece = new Uint8Array(pieceBytes)
  let at = 0
  const take = (): Uint8Array => {
    const full = piece.subarray(0, at)
    piece = new Uint8Array(pieceBytes)
    at = 0
    return full
  }
  const copy = (bytes: Uint8Array): void => {
    piece.set(bytes, at)
    at += bytes.length
  }
  return {
    take,
    /** A row and what fills its gaps. @returns a piece that was full before it. */
    add(row: Uint8Array, parts: readonly Uint8Array[]): Uint8Array | null {
      const room = parts.reduce((sum, { length }) => sum + length, row.length)
      const full = at > 0 && at + room > piece.length ? take() : null
      if (room > piece.length) piece = new Uint8Array(room)
      let from = 0
      for (const part of parts) {
        const to = row.indexOf(gapByte, from)
        copy(row.subarray(from, to))
        copy(part)
        from = to + 1
      }
      copy(row.subarray(from))
      return full
    },
  }
}

/** The rows of a download of Outlook's, copied as they are kept. */
export async function* keptRowsXml(
  { rowCount, kept }: Pick<ListChanges, 'rowCount' | 'kept'>,
  { form, fields }: Pick<RowQuery, 'form' | 'fields'>,
  attributes: string,
): AsyncGenerator<string | Uint8Array> {
  const partsOf = keptParts(form)
  const write = createRowWriter(form, fields)
  const encoder = new TextEncoder()
  const gatherer = createGatherer()
  yield `<rs:data ItemCount="${rowCount}"${attributes}>`
  for await (const rows of kept) {
    for (const one of rows) {
      const full =
        'row' in one ? gatherer.add(one.row, partsOf(one.id, one.files)) : gatherer.add(encoder.encode(write(one)), [])
      if (full !== null) yield full
    }
  }
  yield gatherer.take()
  yield '</rs:data>'
}
