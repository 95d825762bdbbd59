import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { etagOf } from './etag.ts'

describe('etagOf', () => {
  it('makes a strong etag of visible characters (RFC 9110 §8.8.3)', () => {
    fc.assert(
      fc.property(fc.nat(), fc.uint8Array(), (revision, data) => {
        expect(etagOf(revision, data)).toMatch(/^"[a-z0-9]+-[a-z0-9]+"$/)
      }),
    )
  })

  it('differs by revision for the same bytes', () => {
    expect(etagOf(1, new Uint8Array([1]))).not.toBe(etagOf(2, new Uint8Array([1])))
  })

  it('differs for two histories that count alike: every one-byte change, swap and truncation of a text', () => {
    const text = new TextEncoder().encode(
      'BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260302T090000Z\r\nSUMMARY:Meeting\r\nEND:VEVENT\r\n',
    )
    const seen = new Set([etagOf(7, text)])
    let count = 1
    const add = (bytes: Uint8Array): void => {
      seen.add(etagOf(7, bytes))
      count += 1
    }
    for (let i = 0; i < text.length; i += 1) {
      add(text.subarray(0, i))
      for (const flip of [1, 2, 32, 128]) add(text.map((byte, at) => (at === i ? byte ^ flip : byte)))
    }
    expect(seen.size).toBe(count)
  })
})
