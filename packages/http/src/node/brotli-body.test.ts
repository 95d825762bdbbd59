import { brotliDecompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { streamBody } from '../stream-body.ts'
import { brotliBody } from './brotli-body.ts'

describe('A body in brotli', () => {
  it('is the same once it is decoded, and smaller', async () => {
    const text = 'BEGIN:VEVENT\r\nSUMMARY:Встреча\r\nEND:VEVENT\r\n'.repeat(5000)
    async function* chunks() {
      yield text
    }
    const encoded = Buffer.from(await new Response(brotliBody()(streamBody(chunks()))).arrayBuffer())
    expect(brotliDecompressSync(encoded).toString()).toBe(text)
    expect(encoded.length).toBeLessThan(text.length / 20)
  })

  it('asks for no more than its reader takes, and ends its source when the reader goes', async () => {
    let made = 0
    let isEnded = false
    async function* chunks() {
      try {
        for (;;) {
          made += 1
          yield crypto.getRandomValues(new Uint8Array(65_536))
        }
      } finally {
        isEnded = true
      }
    }
    const reader = brotliBody()(streamBody(chunks())).getReader()
    await reader.read()
    expect(made).toBeLessThan(40)
    await reader.cancel()
    await new Promise((resolve) => setImmediate(resolve))
    expect(isEnded).toBe(true)
  })
})
