import { CalendarError } from '@dayport/core'
import { type ClarkName, createXmlWriter, XmlError, type XmlWriter } from '@dayport/core/xml'
import { HttpError } from '@dayport/http'
import { answerNamespaces, cal, dav } from './wire/names.ts'

/** A precondition or postcondition element, RFC 4918 §16. `write` fills it; without it the element is empty. */
export interface Condition {
  readonly name: ClarkName
  readonly write?: (writer: XmlWriter) => void
}

/** What a refusal is made of besides its status. */
export interface DavErrorParts {
  readonly condition?: Condition
  readonly headers?: Readonly<Record<string, string>>
  /** For a person who reads the answer in a log; only used where there is no condition element. */
  readonly message?: string
}

/** A refusal in WebDAV's words: a status and, mostly, the element that names the rule. */
export class DavError extends Error {
  readonly status: number
  readonly condition: Condition | null
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, parts: DavErrorParts = {}) {
    super(parts.message ?? parts.condition?.name ?? String(status))
    this.name = 'DavError'
    this.status = status
    this.condition = parts.condition ?? null
    this.headers = parts.headers ?? {}
  }
}

/** A refusal with a condition element. */
export const refusal = (status: number, name: ClarkName, write?: (writer: XmlWriter) => void): DavError =>
  new DavError(status, { condition: write === undefined ? { name } : { name, write } })

export const notFound = (): DavError => new DavError(404, { message: 'There is nothing here' })

/** RFC 3744 §7.1.1: names the resource and the privilege that was missing. */
export const needPrivileges = (href: string, privilege: ClarkName): DavError =>
  refusal(403, dav('need-privileges'), (writer) => {
    writer.open(dav('resource')).element(dav('href'), href)
    writer.open(dav('privilege')).element(privilege).close().close()
  })

/** RFC 3744 appendix B: which privilege a write needs, and on which resource. */
export interface NeededPrivilege {
  readonly href: string
  readonly privilege: ClarkName
}

/** Where the failed request was, for the conditions that carry an address. */
export interface ErrorPlace {
  /** The request's resource. */
  readonly href: string
  /** An object's address beside the request's, by name; for no-uid-conflict. */
  readonly sibling?: (name: string) => string
  /** What core's `write` is here. Default: write-content of the request's resource. */
  readonly write?: NeededPrivilege
}

/** What DAV says for what core says, in one place: guide "Errors". */
export const davErrorOf = (error: CalendarError, place: ErrorPlace): DavError => {
  switch (error.code) {
    case 'not-found':
      return notFound()
    case 'already-exists':
      return refusal(403, dav('resource-must-be-null'))
    case 'precondition-failed':
      return new DavError(412, { message: error.message })
    case 'invalid-calendar-data':
      return refusal(403, cal('valid-calendar-data'))
    case 'invalid-calendar-object':
      // RFC 5842 §6 has the name for it.
      if (error.details?.name === 'refused') return refusal(403, dav('name-allowed'))
      return refusal(403, cal('valid-calendar-object-resource'))
    case 'unrepresentable':
      return refusal(403, cal('valid-calendar-object-resource'))
    case 'unsupported-component':
      return refusal(403, cal('supported-calendar-component'))
    case 'uid-conflict': {
      const holder = error.details?.name
      const href = typeof holder === 'string' && place.sibling !== undefined ? place.sibling(holder) : null
      return refusal(409, cal('no-uid-conflict'), (writer) => {
        if (href !== null) writer.element(dav('href'), href)
      })
    }
    case 'too-large':
      return refusal(403, cal('max-resource-size'))
    case 'limit-exceeded':
      return refusal(403, limitConditions.get(String(error.details?.limit)) ?? cal('max-resource-size'))
    case 'invalid-sync-token':
      return refusal(403, dav('valid-sync-token'))
    case 'too-many-results':
      return refusal(507, dav('number-of-matches-within-limits'))
    case 'forbidden':
      if (error.details?.privilege === 'write' && place.write !== undefined) {
        return needPrivileges(place.write.href, place.write.privilege)
      }
      return needPrivileges(place.href, davPrivileges.get(String(error.details?.privilege)) ?? dav('all'))
    case 'unauthenticated':
      return new DavError(401, { message: 'Sign-in needed' })
  }
}

/** Runs `work`; what core refuses is told of that place, not of the request's own address. */
export const refusedAs = async <T>(place: ErrorPlace, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (CalendarError.is(error)) throw davErrorOf(error, place)
    throw error
  }
}

/** Limits of core that RFC 4791 §5.3.2.1 has a condition of its own for; the others bound the size. */
const limitConditions: ReadonlyMap<string, ClarkName> = new Map([
  ['maxAttendees', cal('max-attendees-per-instance')],
  ['maxRecurrenceDates', cal('max-instances')],
  ['maxOverrides', cal('max-instances')],
  ['maxInstances', cal('max-instances')],
])

/** core's privileges in the words of RFC 3744 §3 and RFC 4791 §6.1. */
const davPrivileges: ReadonlyMap<string, ClarkName> = new Map([
  ['read-free-busy', cal('read-free-busy')],
  ['read-titles', dav('read')],
  ['read', dav('read')],
  ['write', dav('write-content')],
  ['write-properties', dav('write-properties')],
  ['own', dav('all')],
])

/** The refusal that an expected failure stands for; `null` when it was not expected. */
export const refusalOf = (error: unknown, place: ErrorPlace): DavError | null => {
  if (error instanceof DavError) return error
  if (CalendarError.is(error)) return davErrorOf(error, place)
  if (XmlError.is(error)) {
    if (error.code === 'doctype' || error.code === 'undefined-entity') return refusal(403, dav('no-external-entities'))
    return new DavError(error.code === 'limit-exceeded' ? 413 : 400, { message: error.message })
  }
  return null
}

/** The whole answer for a refusal. A `D:error` is never empty: Thunderbird takes an empty one for rate limiting. */
export const errorResponse = (error: DavError): Response => {
  const headers = new Headers(error.headers)
  headers.set('cache-control', 'no-store')
  if (error.condition === null) {
    headers.set('content-type', 'text/plain; charset=utf-8')
    return new Response(`${error.message}\n`, { status: error.status, headers })
  }
  headers.set('content-type', 'application/xml; charset=utf-8')
  const writer = createXmlWriter({ namespaces: answerNamespaces }).open(dav('error'))
  writeCondition(writer, error.condition)
  return new Response(writer.close().take(), { status: error.status, headers })
}

export const writeCondition = (writer: XmlWriter, { name, write }: Condition): void => {
  writer.open(name)
  write?.(writer)
  writer.close()
}

/** The answer for anything that a method threw; what nobody expected goes to the host and says nothing from inside. */
export const responseOfError = (error: unknown, place: ErrorPlace, onError: (error: unknown) => void): Response => {
  if (HttpError.is(error)) return error.toResponse()
  const expected = refusalOf(error, place)
  if (expected !== null) return errorResponse(expected)
  onError(error)
  return new Response('Internal error\n', {
    status: 500,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  })
}
