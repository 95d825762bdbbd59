import { CalendarError } from '@dayport/core'
import { HttpError, readBody } from '@dayport/http'
import { DavError, refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { methodNotAllowed } from '../methods/options.ts'
import { preferenceHeaders } from '../wire/headers.ts'
import type { Address } from '../wire/hrefs.ts'
import { dav } from '../wire/names.ts'
import { assertOwnFiles } from './own-files.ts'
import { assertRoom } from './quota.ts'
import { writeFile } from './write-file.ts'

/** RFC 4918 §9.7 on plain files of any type. */
export const putFile = async (x: Exchange, { path, slash }: Extract<Address, { kind: 'file' }>): Promise<Response> => {
  await assertOwnFiles(x)
  // RFC 9110 §14.4: a part of a file must not be taken for the whole.
  if (x.request.headers.has('content-range')) throw new DavError(400, { message: 'Expected a whole file' })
  const here = await x.files?.getNode(x.me.id, path)
  if (here?.kind === 'collection') throw methodNotAllowed(x, 'A collection is there')
  if (slash) throw new DavError(409, { message: 'Expected the address of a file' })
  const data = await readFileBody(x)
  const contentType = typeOf(x.request.headers.get('content-type'))

  const { etag, created } = await writeFile(x, [{ path, membership: 'comes' }], async (files, call) => {
    const before = await files.getNode(x.me.id, path, call)
    const more = { bytes: data.length - (before?.bytes ?? 0), nodes: before === null ? 1 : 0 }
    await assertRoom(x, files, more, call)
    return files.putFile(x.me.id, path, { data, contentType }, call).catch(asPutError)
  })
  return new Response(null, { status: created ? 201 : 204, headers: { etag, ...preferenceHeaders(null) } })
}

const asPutError = (error: unknown): never => {
  // RFC 4918 §9.7.1.
  if (CalendarError.is(error, 'not-found')) throw new DavError(409, { message: 'The parent is not there' })
  if (CalendarError.is(error, 'already-exists')) throw new DavError(405, { message: 'A collection is there' })
  throw error
}

/** RFC 4331 §6 has a condition for what is too large, RFC 9110 the status. */
const readFileBody = async (x: Exchange): Promise<Uint8Array> => {
  try {
    return await readBody(x.request, { maxBytes: x.limits.maxFileBytes })
  } catch (error) {
    throw HttpError.is(error) && error.status === 413 ? refusal(413, dav('sufficient-disk-space')) : error
  }
}

/** A media type as given, when it is one and not too long; else nothing is said of the file. */
const typeOf = (text: string | null): string | null =>
  text !== null && text.length <= 255 && /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+\s*(;[\x20-\x7e]*)?$/.test(text) ? text : null
