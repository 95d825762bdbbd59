import type { z } from 'zod'
import type * as exchange from '../src/api/exchange-schemas.ts'
import type * as schemas from '../src/api/schemas.ts'
import type * as joined from '../src/joined/schemas.ts'

export type Me = z.output<typeof schemas.Me>
export type Portal = z.output<typeof schemas.Portal>
export type Calendar = z.output<typeof schemas.Calendar>
export type Person = z.output<typeof schemas.PersonInfo>
export type FoundPerson = Omit<z.output<typeof schemas.FoundPerson>, 'members'> & {
  readonly members?: readonly Person[] | null
}
export type EventList = z.output<typeof schemas.EventList>
export type CalendarEvent = z.output<typeof schemas.Event>
export type NewEvent = z.input<typeof schemas.NewEvent>
export type EventDetail = z.output<typeof schemas.EventDetail>
export type BusyPerson = z.output<typeof schemas.BusyPerson>
export type ImportJob = z.output<typeof schemas.ImportJob>
export type FeedLink = z.output<typeof schemas.FeedLink>
export type Subscription = z.output<typeof schemas.Subscription>
export type OutlookConnection = z.output<typeof schemas.OutlookConnection>
export type AppPassword = z.output<typeof schemas.AppPassword>
export type SetupTicket = z.output<typeof schemas.SetupTicket>
export type Doors = z.output<typeof schemas.Doors>
export type Group = z.output<typeof schemas.Group>
export type Company = z.output<typeof schemas.Company>
export type PersonState = z.output<typeof schemas.PersonState>
export type ErrorList = z.output<typeof schemas.ErrorList>
export type AuditList = z.output<typeof schemas.AuditList>
export type ExchangeState = z.output<typeof exchange.ExchangeState>
export type ExchangeRun = z.output<typeof exchange.ExchangeRun>
export type ExchangeStep = z.output<typeof exchange.ExchangeStep>
export type ExchangeConflict = z.output<typeof exchange.ExchangeConflict>
export type ExchangeProblem = z.output<typeof exchange.ExchangeProblem>
export type ExchangeSetup = z.output<typeof exchange.ExchangeSetup>
export type ExchangeTestResult = z.output<typeof exchange.ExchangeTestResult>
export type ExchangeDiscovery = z.output<typeof exchange.ExchangeDiscovery>
export type ExchangePerson = z.output<typeof exchange.ExchangePerson>
export type JoinedList = z.output<typeof joined.JoinedList>
export type JoinedAccount = z.output<typeof joined.JoinedAccount>
export type JoinedCalendar = z.output<typeof joined.JoinedCalendar>
export type OutsideCalendar = z.output<typeof joined.OutsideCalendar>
export type JoinedSetup = z.output<typeof joined.JoinedSetup>
export type CreatedAppPassword = z.output<typeof schemas.CreatedAppPassword>

/** A refusal of the API, or `offline` when there was no answer. */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  readonly details: Readonly<Record<string, unknown>>

  constructor(status: number, code: string, details: Readonly<Record<string, unknown>> = {}) {
    super(code)
    this.status = status
    this.code = code
    this.details = details
  }
}

interface CallOptions {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** One call of the API below /api; `T` is what its operation answers, `undefined` for 204. @throws {ApiError} */
export const call = async <T = undefined>(method: string, path: string, options: CallOptions = {}): Promise<T> => {
  const json = options.body === undefined ? {} : { 'Content-Type': 'application/json' }
  let response: Response
  try {
    response = await fetch(`/api${path}`, {
      method,
      headers: { ...json, ...options.headers },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw new ApiError(0, 'offline')
  }
  if (response.status === 204) return undefined as T
  const body: unknown = await response.json().catch(() => null)
  // Given up while the body came: what there is of it is no answer.
  options.signal?.throwIfAborted()
  if (response.ok) return body as T
  const problem = (body ?? {}) as { code?: string; details?: Record<string, unknown> }
  throw new ApiError(response.status, problem.code ?? `http-${response.status}`, problem.details ?? {})
}

/** An event's file as it is stored, to put it back after a deletion. @throws {ApiError} */
export const eventFile = async (path: string): Promise<Blob> => {
  const response = await fetch(`/api${path}/ics`).catch(() => null)
  if (response === null) throw new ApiError(0, 'offline')
  if (!response.ok) throw new ApiError(response.status, `http-${response.status}`)
  return response.blob()
}

/** Puts an event's file back as it was. @throws {ApiError} */
export const putEventFile = async (path: string, file: Blob): Promise<void> => {
  const headers = { 'Content-Type': 'text/calendar' }
  const response = await fetch(`/api${path}/ics`, { method: 'PUT', headers, body: file }).catch(() => null)
  if (response === null) throw new ApiError(0, 'offline')
  if (!response.ok) throw new ApiError(response.status, `http-${response.status}`)
}

/** Sends a file and says how far the upload is, 0 to 1; fetch cannot tell. @throws {ApiError} */
export const upload = (path: string, file: Blob, onProgress: (part: number) => void): Promise<ImportJob> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `/api${path}`)
    request.setRequestHeader('Content-Type', 'text/calendar')
    request.responseType = 'json'
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total)
    request.onerror = () => reject(new ApiError(0, 'offline'))
    request.onload = () => {
      const body = request.response as (ImportJob & { code?: string; details?: Record<string, unknown> }) | null
      if (request.status === 202 && body !== null) resolve(body)
      else reject(new ApiError(request.status, body?.code ?? `http-${request.status}`, body?.details ?? {}))
    }
    request.send(file)
  })
