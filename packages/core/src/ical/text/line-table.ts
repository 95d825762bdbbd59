import { createNameTable, type NameTable } from './names.ts'
import { StoredProperty } from './property.ts'
import type { LineScanner } from './scan.ts'

const stride = 6

/** The offsets of a document's content lines, as plain numbers: a property becomes an object only when someone looks at it. */
export interface LineTable {
  readonly bytes: Uint8Array
  readonly count: number
  add(line: LineScanner): void
  /** Appends the properties of lines `from` to `to` (exclusive). */
  collect(from: number, to: number, into: StoredProperty[]): void
}

export function createLineTable(bytes: Uint8Array, names: NameTable = createNameTable()): LineTable {
  let offsets = new Int32Array(stride * Math.max(16, bytes.length >> 5))
  let count = 0
  return {
    bytes,
    get count() {
      return count
    },
    add(line) {
      let i = count * stride
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
      for (let i = from * stride; i < to * stride; i += stride) {
        const start = offsets[i] as number
        const nameEnd = offsets[i + 1] as number
        const folded = offsets[i + 5] === 1
        const name = names.nameAt(bytes, start, nameEnd, folded)
        const line = {
          start,
          nameEnd,
          colon: offsets[i + 2] as number,
          contentEnd: offsets[i + 3] as number,
          end: offsets[i + 4] as number,
          folded,
        }
        into.push(new StoredProperty(bytes, name, line))
      }
    },
  }
}
