import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { HttpError } from '@dayport/http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openUploads, type Uploads } from './uploads.ts'

let folder: string
let uploads: Uploads
let ids = 0
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'uploads-')), 'files')
  uploads = await openUploads(folder, () => `file-${++ids}`)
})
afterEach(() => rm(join(folder, '..'), { recursive: true }))

const sent = (body: BodyInit, headers: Record<string, string> = {}): Request =>
  new Request('http://portal.test/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit)

const statusOf = async (promise: Promise<unknown>): Promise<number | null> =>
  promise.then(
    () => null,
    (error: unknown) => (HttpError.is(error) ? error.status : Promise.reject(error)),
  )

describe('an upload', () => {
  it('lies on disk until it is discarded, and is read whole', async () => {
    const upload = await uploads.receive(sent('BEGIN:VCALENDAR'), 'anna', 100)
    expect(upload.bytes).toBe(15)
    expect(new TextDecoder().decode(await upload.read())).toBe('BEGIN:VCALENDAR')
    expect(await readdir(folder)).toHaveLength(1)
    await upload.discard()
    expect(await readdir(folder)).toEqual([])
  })

  it('over the limit is refused with 413 and leaves nothing, also when its length was not told', async () => {
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(1_000)) })
    expect(await statusOf(uploads.receive(sent(endless), 'anna', 10_000))).toBe(413)
    expect(await statusOf(uploads.receive(sent('x', { 'content-length': '10001' }), 'anna', 10_000))).toBe(413)
    expect(await readdir(folder)).toEqual([])
  })

  it('is decoded from gzip, with the limit on what comes out', async () => {
    const gzip = (text: string) => sent(gzipSync(text), { 'content-encoding': 'gzip' })
    const upload = await uploads.receive(gzip('BEGIN:VCALENDAR'), 'anna', 100)
    expect(new TextDecoder().decode(await upload.read())).toBe('BEGIN:VCALENDAR')
    expect(await statusOf(uploads.receive(gzip('x'.repeat(100_000)), 'anna', 1_000))).toBe(413)
    expect(await statusOf(uploads.receive(sent('plain', { 'content-encoding': 'gzip' }), 'anna', 1_000))).toBe(400)
    expect(await statusOf(uploads.receive(sent('x', { 'content-encoding': 'br' }), 'anna', 1_000))).toBe(415)
  })

  it('waits until one of two others of the same person is in', async () => {
    const open: ReadableStreamDefaultController<Uint8Array>[] = []
    const slow = () => sent(new ReadableStream<Uint8Array>({ start: (controller) => void open.push(controller) }))
    const first = uploads.receive(slow(), 'anna', 100)
    const second = uploads.receive(slow(), 'anna', 100)
    await expect(uploads.receive(sent('x'), 'anna', 100)).rejects.toMatchObject({ code: 'limit-exceeded' })
    await (await uploads.receive(sent('x'), 'boris', 100)).discard()
    for (const controller of open) controller.close()
    await Promise.all([first, second])
    await uploads.receive(sent('x'), 'anna', 100)
  })
})
