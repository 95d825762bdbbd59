import { httpDate, isNotModified } from '@dayport/http'
import { notFound } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { type FileResource, membersOf } from '../resources.ts'
import { assertUnchanged } from '../wire/conditions.ts'
import { nameOf } from './file-store.ts'

/**
 * People keep files of any kind here, and the portal's own pages live at the same origin: nothing may run, be guessed to be something
 * else, or open by itself.
 */
const harmless = {
  'content-security-policy': "sandbox; default-src 'none'",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'private, no-cache',
} as const

/** GET and HEAD of a file. Conditional, whole: ranges are not offered. */
export const getFile = async (x: Exchange, { owner, node }: FileResource): Promise<Response> => {
  assertUnchanged(x.request.headers, { etag: node.etag ?? '', modifiedMs: node.modifiedMs })
  const state = { ...(node.etag === null ? {} : { etag: node.etag }), lastModifiedMs: node.modifiedMs }
  const headers: Record<string, string> = {
    ...harmless,
    'last-modified': httpDate(node.modifiedMs),
    ...etagOf(node.etag),
  }
  if (isNotModified(x.request, state)) return new Response(null, { status: 304, headers })
  headers['content-type'] = node.contentType ?? 'application/octet-stream'
  headers['content-disposition'] = `attachment; filename*=UTF-8''${encodeName(nameOf(node.path))}`
  headers['content-length'] = String(node.bytes)
  headers['accept-ranges'] = 'none'
  if (x.request.method === 'HEAD') return new Response(null, { headers })
  const data = await x.files?.readFile(owner.id, node.path, { signal: x.request.signal })
  if (data == null) throw notFound()
  return new Response(data as Uint8Array<ArrayBuffer>, { headers })
}

/** What is in a plain collection, one address a line; programs ask PROPFIND. */
export const getFolder = async (x: Exchange, resource: FileResource): Promise<Response> => {
  const lines: string[] = []
  for await (const member of membersOf(x, resource)) lines.push(`${member.href}\n`)
  const headers = { ...harmless, 'content-type': 'text/plain; charset=utf-8' }
  return new Response(x.request.method === 'HEAD' ? null : lines.join(''), { headers })
}

const etagOf = (etag: string | null): Record<string, string> => (etag === null ? {} : { etag })

/** RFC 8187 §3.2. */
const encodeName = (name: string): string =>
  encodeURIComponent(name.replace(/\p{Surrogate}/gu, '\ufffd')).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16)}`,
  )
