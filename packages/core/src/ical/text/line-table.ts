import { nameAt } from './names.ts'
import { lineStride, StoredProperty } from './property.ts'
import type { LineScanner } from './scan.ts'

/** The offsets of a document's content lines, as plain numbers: a property becomes an object only when someone looks at it. */
export interface LineTable {
  readonly bytes: Uint8Array
  readonly count: number
  add(line: LineScanner): void
  /** Appends the properties of lines `from` to `to` (exclusive). Only once all lines are added. */
  collect(from: number, to: number, into: StoredProperty[]): void
}

export function createLineTable(bytes: Uint8Array): LineTable {
  let offsets = new Int32Array(lineStride * Math.max(16, bytes.length >> 5))
  let count = 0
  return {
    bytes,
    get count() {
      return count
    },
    add(line) {
      let i = count * lineStride
      if (i === offsets.length) {
        const next = new Int32Array(offsets.length * 2)
        next.set(offsets)
        offsets = next
      }
      offsets[i++] = line.start
      offsets[i++] = line.nameEnd
      offsets[i++] = line.colon
      offsets[i++] = line.contentEnd
      offsets[i++] = line.end
      offsets[i++] = line.folded ? 1 : 0
      count++
    },
    collect(from, to, into) {
      for (let i = from * lineStride; i < to * lineStride; i += lineStride) {
        const name = nameAt(bytes, offsets[i] as number, offsets[i + 1] as number, offsets[i + 5] === 1)
        into.push(new StoredProperty(bytes, offsets, i, name))
      }
    },
  }
}
