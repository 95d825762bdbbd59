import { CalendarError } from '@dayport/core'
import { HttpError, httpDate, readBody } from '@dayport/http'
import type { ListAccess, ListService } from '../list-service.ts'
import { fileVersion } from '../wire/file-version.ts'
import { listUrl, type Place } from '../wire/place.ts'

/** Which file of which item. */
export interface FileRef {
  readonly id: number
  readonly name: string
}

const folder = `${listUrl}Attachments/`.toLowerCase()

const decoded = (segment: string): string | null => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return null
  }
}

/** The file that a path below the base is of, decoded once; `null` for any other path. */
export const fileAt = (path: string): FileRef | null => {
  if (!path.toLowerCase().startsWith(folder)) return null
  const [idText = '', segment = '', ...rest] = path.slice(folder.length).split('/')
  const name = decoded(segment)
  if (!/^[1-9]\d{0,14}$/.test(idText) || name === null || name === '' || rest.length > 0) return null
  return { id: Number(idText), name }
}

/** The file that an address of ours is of, absolute or from the root; `null` for addresses elsewhere. */
export const attachmentIn = ({ baseUrl, basePath }: Place, url: string): FileRef | null => {
  const from = [baseUrl, basePath].find((prefix) => url.toLowerCase().startsWith(`${prefix.toLowerCase()}/`))
  return from === undefined ? null : fileAt(url.slice(from.length).split(/[?#]/)[0] ?? '')
}

/** What a file's request is answered with. */
export interface FileExchange {
  readonly lists: ListService
  readonly access: ListAccess
  readonly file: FileRef
  readonly headers: Readonly<Record<string, string>>
  /** Bytes of a file that is taken in. */
  readonly maxBytes: number
}

const entityTag = (version: string): string => `"${fileVersion(version)}"`

/**
 * A file, for a program and not for a browser: whatever it says of its type, it is not shown within this origin. MS-OUTSPS 3.1.4.8.
 */
const getFile = async (request: Request, { lists, access, file, headers }: FileExchange): Promise<Response> => {
  const found = await lists.getAttachment(access, file.id, file.name, { signal: request.signal })
  if (found === null) throw new HttpError(404, 'Not found', { headers })
  const all = new Headers({
    ...headers,
    'content-type': 'application/octet-stream',
    'content-disposition': 'attachment',
    'content-security-policy': "default-src 'none'; sandbox",
    'content-length': `${found.bytes.byteLength}`,
    etag: entityTag(found.version),
    'last-modified': httpDate(found.modifiedMs),
  })
  const body = request.method === 'HEAD' ? null : new Uint8Array(found.bytes)
  return new Response(body, { headers: all })
}

/** `If-Match` as MS-OUTSPS 3.1.4.9 has it, the bare version, or as RFC 9110 does, in quotes; `null` when any will do. */
const wantedVersion = (request: Request): string | null => {
  const text = request.headers.get('if-match')?.trim() ?? ''
  const bare = text.replace(/^W\//, '').replace(/^"|"$/g, '').trim()
  return bare === '' || bare === '*' ? null : bare.toLowerCase()
}

const putFile = async (request: Request, exchange: FileExchange): Promise<Response> => {
  const { lists, access, file, headers, maxBytes } = exchange
  const call = { signal: request.signal }
  const bytes = await readBody(request, { maxBytes })
  const wanted = wantedVersion(request)
  const found = await lists.getAttachment(access, file.id, file.name, call)
  if (wanted !== null && (found === null || fileVersion(found.version).toLowerCase() !== wanted)) {
    throw new CalendarError('precondition-failed', 'the attachment was changed')
  }
  if (found === null && request.headers.get('if-match')?.trim() === '*') {
    throw new CalendarError('precondition-failed', 'there is no such attachment')
  }
  if (found === null) {
    // Between the look and the write somebody else may have made it: then theirs stands.
    const outcome = await lists.addAttachment(access, file.id, file.name, bytes, call)
    if (outcome === 'exists') throw new CalendarError('precondition-failed', 'the attachment was made meanwhile')
  } else {
    const ifVersion = wanted === null ? null : found.version
    await lists.replaceAttachment(access, file.id, file.name, bytes, ifVersion, call)
  }
  const stored = await lists.getAttachment(access, file.id, file.name, call)
  const etag: Record<string, string> = stored === null ? {} : { etag: entityTag(stored.version) }
  return new Response(null, { status: found === null ? 201 : 204, headers: { ...headers, ...etag } })
}

const statusOf = (error: unknown): HttpError | null => {
  if (!CalendarError.is(error)) return null
  switch (error.code) {
    case 'not-found':
      return new HttpError(404, 'Not found')
    case 'forbidden':
      return new HttpError(403, 'You may only read this calendar')
    case 'precondition-failed':
      return new HttpError(412, 'The file was changed')
    case 'too-large':
    case 'limit-exceeded':
      return new HttpError(413, 'The file is too large')
    case 'invalid-calendar-object':
    case 'invalid-calendar-data':
      return new HttpError(403, 'The file cannot be attached to this item')
    default:
      return null
  }
}

/** GET, HEAD and PUT of an attachment. @throws {HttpError} for what is refused. */
export const answerFile = async (request: Request, exchange: FileExchange): Promise<Response> => {
  try {
    if (request.method === 'GET' || request.method === 'HEAD') return await getFile(request, exchange)
    if (request.method === 'PUT') return await putFile(request, exchange)
  } catch (error) {
    const refused = statusOf(error)
    throw refused === null ? error : new HttpError(refused.status, refused.message, { headers: exchange.headers })
  }
  throw new HttpError(405, 'Only GET, HEAD and PUT', { headers: { ...exchange.headers, allow: 'GET, HEAD, PUT' } })
}
