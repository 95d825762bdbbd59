import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readBody } from './read-body.ts'
import { streamBody } from './stream-body.ts'

const put = (body: BodyInit, headers: Record<string, string> = {}) =>
  new Request('http://localhost/', { method: 'PUT', body, headers, duplex: 'half' } as RequestInit)

const chunksOf = async function* (chunks: readonly (Uint8Array | string)[], onEnd: () => void = () => undefined) {
  try {
    for (const chunk of chunks) yield chunk
  } finally {
    onEnd()
  }
}

const refusal = (status: number) => expect.objectContaining({ name: 'HttpError', status })

describe('readBody', () => {
  it('gives the bytes, and none where there is no body', async () => {
    expect(await readBody(put('привет'), { maxBytes: 12 })).toEqual(new TextEncoder().encode('привет'))
    expect(await readBody(new Request('http://localhost/'), { maxBytes: 0 })).toEqual(new Uint8Array())
  })

  it('refuses by Content-Length without reading anything', async () => {
    let asked = 0
    const pull = () => {
      asked += 1
    }
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({ pull }, { highWaterMark: 0 })
    const request = put(body, { 'content-length': '11' })
    await expect(readBody(request, { maxBytes: 10 })).rejects.toThrow(refusal(413))
    expect(asked).toBe(0)
  })

  it('counts while it reads, stops at the limit and cancels the rest', async () => {
    let ended = false
    const endless = chunksOf(
      Array.from({ length: 1000 }, () => new Uint8Array(100)),
      () => {
        ended = true
      },
    )
    await expect(readBody(put(streamBody(endless, { gatherBytes: 0 })), { maxBytes: 250 })).rejects.toThrow(
      refusal(413),
    )
    expect(ended).toBe(true)
  })

  it('decodes gzip', async () => {
    const body = put(gzipSync('BEGIN:VCALENDAR'), { 'content-encoding': 'gzip' })
    expect(new TextDecoder().decode(await readBody(body, { maxBytes: 100 }))).toBe('BEGIN:VCALENDAR')
  })

  it('counts the decoded bytes too, so that a small bomb stays small', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000))
    expect(bomb.byteLength).toBeLessThan(100_000)
    await expect(readBody(put(bomb, { 'content-encoding': 'gzip' }), { maxBytes: 100_000 })).rejects.toThrow(
      refusal(413),
    )
  })

  it('answers 400 to broken gzip and 415 to other encodings', async () => {
    await expect(readBody(put('abc', { 'content-encoding': 'gzip' }), { maxBytes: 99 })).rejects.toThrow(refusal(400))
    await expect(readBody(put('abc', { 'content-encoding': 'br' }), { maxBytes: 99 })).rejects.toMatchObject({
      status: 415,
      headers: { 'accept-encoding': 'gzip' },
    })
  })
})

describe('streamBody', () => {
  it('carries any chunks unchanged', async () => {
    const chunk = fc.oneof(fc.uint8Array({ maxLength: 50 }), fc.string({ unit: 'grapheme' }))
    await fc.assert(
      fc.asyncProperty(fc.array(chunk), fc.nat(100), async (chunks, gatherBytes) => {
        const whole = Buffer.concat(chunks.map((part) => Buffer.from(part)))
        const got = await new Response(streamBody(chunksOf(chunks), { gatherBytes })).arrayBuffer()
        expect(Buffer.from(got).equals(whole)).toBe(true)
      }),
    )
  })

  it('asks for nothing before the receiver does, and then for no more than it gathers', async () => {
    let asked = 0
    const counting = async function* () {
      for (;;) {
        asked += 1
        yield new Uint8Array(10)
      }
    }
    const reader = streamBody(counting(), { gatherBytes: 25 }).getReader()
    expect(asked).toBe(0)
    expect((await reader.read()).value?.byteLength).toBe(30)
    expect(asked).toBe(3)
  })

  it('ends the iterator when the receiver goes away', async () => {
    let ended = false
    const reader = streamBody(
      chunksOf(['a', 'b'], () => {
        ended = true
      }),
      { gatherBytes: 0 },
    ).getReader()
    await reader.read()
    await reader.cancel()
    expect(ended).toBe(true)
  })

  it('fails when the iterator throws', async () => {
    const failing = async function* () {
      yield 'a'
      throw new Error('gone')
    }
    await expect(new Response(streamBody(failing())).text()).rejects.toThrow('gone')
  })
})
