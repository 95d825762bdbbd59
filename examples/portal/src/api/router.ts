import type { Principal } from '@dayport/core'
import { challengeResponse, HttpError, isChallenge, readBody } from '@dayport/http'
import { type Context, Hono } from 'hono'
import type { z } from 'zod'
import type { People } from '../accounts/people.ts'
import type { SignIn } from '../accounts/sign-in.ts'
import { isCrossSite } from '../cross-site.ts'
import { PortalError, problemOf, problemResponse } from '../problem.ts'
import { openApiDocument } from './openapi.ts'
import type { Call, Caller, Operation } from './operation.ts'

/** Bytes of a JSON request; files have limits of their own. */
const maxJsonBytes = 1024 * 1024

/** What the router needs besides the operations. */
export interface RouterParts {
  readonly operations: readonly Operation[]
  readonly people: People
  readonly signIn: SignIn
  /** Whose session the request's cookie opens; `null` without one. */
  readonly sessionPerson: (request: Request) => string | null
  readonly originOf: (request: Request) => string
  readonly version: string
  /** Hears what nobody expected. @returns the code that the person may tell the administrator. */
  readonly onError: (error: unknown, request: Request) => string
}

const check = <S extends z.ZodType>(schema: S | undefined, value: unknown, where: string): z.output<S> | undefined => {
  if (schema === undefined) return undefined
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.slice(0, 20).map(({ path, message }) => ({ field: path.join('.'), message }))
  throw new PortalError('invalid-request', `The ${where} is not as the API expects it`, { where, issues })
}

const readJson = async (request: Request): Promise<unknown> => {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  // Forms of other sites cannot send this type without asking first.
  if (type !== 'application/json') throw new HttpError(415, 'Expected application/json')
  const bytes = await readBody(request, { maxBytes: maxJsonBytes })
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new PortalError('invalid-request', 'The body is not JSON', { where: 'body' })
  }
}

const parameter = /\{([a-zA-Z]+)\}/g

/** hono routes for the operations below /api, and their OpenAPI document. */
export const createApiRouter = (parts: RouterParts): Hono => {
  const { people, signIn, operations } = parts
  const app = new Hono()

  const callerOf = async (request: Request): Promise<Caller | Response | null> => {
    const session = parts.sessionPerson(request)
    const toCaller = async (principal: Principal | null): Promise<Caller | null> => {
      const person = principal === null ? null : people.get(principal.id)
      return principal === null || person === null ? null : { person, principal }
    }
    if (request.headers.has('authorization')) {
      const outcome = await signIn.authenticate(request)
      return isChallenge(outcome) ? challengeResponse(outcome) : toCaller(outcome)
    }
    return session === null ? null : toCaller(await people.principalOf(session))
  }

  const run = async (operation: Operation, context: Context): Promise<Response> => {
    const request = context.req.raw
    if (operation.method !== 'get' && isCrossSite(request, parts.originOf(request))) {
      throw new PortalError('cross-site', 'This request came from another site')
    }
    const caller = await callerOf(request)
    if (caller instanceof Response) return caller
    if (caller === null && operation.access !== 'public') {
      // No Basic challenge: a browser would open its own window over the page's sign-in.
      return problemResponse({
        type: 'urn:dayport:problem:unauthenticated',
        title: 'Sign in first',
        status: 401,
        code: 'unauthenticated',
      })
    }
    if (operation.access === 'admin' && caller?.person.admin !== true) {
      return problemResponse({
        type: 'urn:dayport:problem:forbidden',
        title: 'For administrators',
        status: 403,
        code: 'forbidden',
      })
    }
    const call: Call<unknown, unknown, unknown> = {
      request,
      caller,
      path: check(operation.path, context.req.param(), 'address'),
      query: check(operation.query, context.req.query(), 'query'),
      body: operation.body === undefined ? undefined : check(operation.body, await readJson(request), 'body'),
    }
    const result = await operation.handle(call as Call<never, never, never>)
    if (result instanceof Response) return result
    const headers = { 'Cache-Control': 'no-store' }
    if (operation.answer === undefined) return new Response(null, { status: operation.status, headers })
    return Response.json(result, { status: operation.status, headers })
  }

  for (const operation of operations) {
    const path = `/api${operation.address.replace(parameter, ':$1')}`
    app.on(operation.method.toUpperCase(), path, (context) => run(operation, context))
  }
  const document = openApiDocument(operations, parts.version)
  app.get('/api/openapi.json', () => Response.json(document))
  app.all('/api/*', () =>
    problemResponse({
      type: 'urn:dayport:problem:not-found',
      title: 'No such address',
      status: 404,
      code: 'not-found',
    }),
  )

  app.onError((error, context) => {
    const problem = problemOf(error)
    if (problem !== null) {
      const wait = problem.details?.retryAfterSeconds
      return problemResponse(problem, typeof wait === 'number' ? { 'Retry-After': String(wait) } : {})
    }
    if (HttpError.is(error)) {
      return problemResponse({
        type: 'about:blank',
        title: error.message,
        status: error.status,
        code: `http-${error.status}`,
      })
    }
    // The page was left while it loaded: nobody hears the answer, and nothing has failed.
    if (context.req.raw.signal.aborted) return new Response(null, { status: 499 })
    const id = parts.onError(error, context.req.raw)
    return problemResponse({
      type: 'about:blank',
      title: 'Something broke',
      status: 500,
      code: 'internal',
      details: { id },
    })
  })
  return app
}
