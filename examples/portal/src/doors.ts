import type { DoorSwitches } from './door-switches.ts'
import { webhookPath } from './exchange/graph-hints.ts'
import { type Logger, loggedPath } from './log.ts'
import type { Metrics } from './metrics.ts'
import { notFoundPage } from './not-found-page.ts'
import { problemResponse } from './problem.ts'
import { securityHeaders } from './security-headers.ts'
import type { StaticFiles } from './static-files.ts'

export type Handler = (request: Request) => Promise<Response>

/** What the portal has doors for; also the label in the metrics. */
type Door = 'api' | 'connect' | 'caldav' | 'feed' | 'outlook' | 'webhook' | 'page' | 'health'

export interface DoorsParts {
  readonly api: Handler
  readonly dav: Handler
  readonly wellKnown: Handler
  readonly feed: Handler
  readonly outlook: Handler
  /** Where Exchange Online tells of changes. */
  readonly webhook: Handler
  /** The page of a one-time ticket. */
  readonly connect: (request: Request, secret: string) => Promise<Response>
  readonly switches: DoorSwitches
  readonly staticFiles: StaticFiles
  readonly metrics: Metrics
  /** Whether the request may see the metrics. */
  readonly mayReadMetrics: (request: Request) => boolean
  readonly log: Logger
  /** Whether the portal is reached by https. */
  readonly secure: boolean
  /** Hears what no door expected. */
  readonly onError: (error: unknown) => string
}

/** Clients that were given nothing but the host's name ask the root itself (RFC 6764 §6); macOS sets default alarms there. */
const discoveryMethods = new Set(['PROPFIND', 'OPTIONS', 'REPORT', 'PROPPATCH'])

/** Where macOS looks when it was given nothing but the host's name; those who follow find the way. */
const guesses = ['/principals', '/caldav', '/calendars']

const below = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)

const doorOf = (method: string, path: string): Door => {
  if (below(path, '/api')) return 'api'
  if (path.startsWith('/connect/')) return 'connect'
  if (below(path, '/dav') || below(path, '/.well-known/caldav')) return 'caldav'
  if (path === '/' && discoveryMethods.has(method)) return 'caldav'
  if (method === 'PROPFIND' && guesses.some((guess) => below(path, guess))) return 'caldav'
  if (below(path, '/ical')) return 'feed'
  if (below(path, '/outlook')) return 'outlook'
  if (path === webhookPath) return 'webhook'
  if (path === '/healthz' || path === '/metrics') return 'health'
  return 'page'
}

const text = (body: string, status = 200): Response =>
  new Response(body, { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' } })

/** One function for all doors, by the path's beginning; counts and logs every answer. */
export const createDoors = (parts: DoorsParts): Handler => {
  const { metrics, log } = parts
  const headers = Object.entries(securityHeaders(parts.secure))

  const page = (request: Request, path: string): Response => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return new Response('Method not allowed\n', { status: 405, headers: { Allow: 'GET, HEAD' } })
    }
    return parts.staticFiles(path) ?? notFoundPage(request)
  }

  const answer = async (door: Door, request: Request, path: string): Promise<Response> => {
    // One answer for every address of a door that is off, whatever stands behind it.
    if ((door === 'caldav' || door === 'feed' || door === 'outlook') && !parts.switches.isOn(door)) {
      return text('Not found\n', 404)
    }
    switch (door) {
      case 'connect':
        return parts.connect(request, path.slice('/connect/'.length))
      case 'api':
        return parts.api(request)
      case 'caldav':
        // Clients that skip the well-known address ask `/` itself and may not follow a redirect: it answers as the root of /dav/ does.
        return path === '/' || below(path, '/dav') ? parts.dav(request) : parts.wellKnown(request)
      case 'feed':
        return parts.feed(request)
      case 'outlook':
        return parts.outlook(request)
      case 'webhook':
        return parts.webhook(request)
      case 'health':
        if (path === '/healthz') return text('ok\n')
        // As for an address that is not there: who may not see them need not know of them.
        if (!parts.mayReadMetrics(request)) return text('Not found\n', 404)
        return text(metrics.expose({ dayport_memory_bytes: process.memoryUsage.rss() }))
      case 'page':
        return page(request, path)
    }
  }

  return async (request) => {
    const started = performance.now()
    const path = new URL(request.url).pathname
    const door = doorOf(request.method, path)
    let response: Response
    try {
      response = await answer(door, request, path)
    } catch (error) {
      const id = parts.onError(error)
      response = problemResponse({
        type: 'about:blank',
        title: 'Something broke',
        status: 500,
        code: 'internal',
        details: { id },
      })
    }
    if (door === 'api' || door === 'page' || door === 'connect') {
      for (const [name, value] of headers) if (!response.headers.has(name)) response.headers.set(name, value)
    }
    const ms = performance.now() - started
    metrics.observe(door, response.status, ms / 1000)
    if (door !== 'health') {
      log.info(
        { door, method: request.method, path: loggedPath(path), status: response.status, ms: Math.round(ms) },
        'request',
      )
    }
    return response
  }
}
