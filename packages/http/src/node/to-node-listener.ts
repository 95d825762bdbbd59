import type { IncomingMessage, ServerResponse } from 'node:http'
import { rememberClientAddress } from '../client-address.ts'
import { HttpError } from '../http-error.ts'
import { incomingBody } from './incoming-body.ts'
import { createNodeRequest } from './node-request.ts'
import { addressOf, type TargetOptions, targetUrl } from './request-target.ts'
import { writeResponse } from './write-response.ts'

/** Options of {@link toNodeListener}. */
export interface NodeListenerOptions extends TargetOptions {
  /** Hears what the client is not told: thrown errors, broken bodies. Not: clients that went away. Default: console.error. */
  readonly onError?: (error: unknown) => void
  /** Most bytes of an unread request body that are thrown away to keep its connection. Default 16 MiB. */
  readonly maxDrainBytes?: number
}

/** For `http.createServer`, and for `server.on('checkContinue', …)` so that 100 Continue waits until the body is wanted. */
export type NodeListener = (request: IncomingMessage, response: ServerResponse) => void

/** The Fetch standard forbids them to a Request, with reason: TRACE would echo credentials. */
const forbiddenMethods = new Set(['CONNECT', 'TRACE', 'TRACK'])
const lingerMs = 5_000

/**
 * Serves a handler of web standards from node:http, Express or connect. In Express mount it before any body parser. The request's
 * signal aborts when the client goes away before the answer is whole.
 */
export const toNodeListener = (
  handler: (request: Request) => Promise<Response> | Response,
  options: NodeListenerOptions = {},
): NodeListener => {
  const onError = options.onError ?? ((error: unknown) => console.error(error))
  const maxDrainBytes = options.maxDrainBytes ?? 16 * 1024 * 1024

  const serve = async (req: IncomingMessage, res: ServerResponse) => {
    const body = incomingBody(req, res, maxDrainBytes)
    let isGone = false
    let response: Response
    try {
      if (forbiddenMethods.has(req.method ?? '')) throw new HttpError(501, `${req.method} is not supported`)
      const { request, abort } = createNodeRequest(req, targetUrl(req, options), body)
      res.once('close', () => {
        isGone = !res.writableFinished
        if (isGone) abort()
      })
      const address = addressOf(req, options)
      if (address !== null) rememberClientAddress(request, address)
      response = await handler(request)
    } catch (error) {
      if (!HttpError.is(error) && !isGone) onError(error)
      response = HttpError.is(error) ? error.toResponse() : internalError()
    }
    if (res.destroyed) {
      await response.body?.cancel().catch(() => undefined)
      return
    }
    body.discardUnlessRead()
    const close = body.isOverlong()
    const write = {
      headOnly: req.method === 'HEAD',
      close,
      // With the rest unread a closed socket would be reset, and the answer lost: take some of it first.
      beforeEnd: close ? () => body.discarded(lingerMs) : null,
    }
    try {
      await writeResponse(res, response, write)
    } catch (error) {
      if (!isGone) onError(error)
      if (res.headersSent) res.destroy()
      else await writeResponse(res, internalError(), write)
    }
    body.discard()
    if (body.isOverlong()) req.socket.destroySoon()
  }

  return (req, res) => {
    serve(req, res).catch((error: unknown) => {
      onError(error)
      res.destroy()
    })
  }
}

/** Nothing from inside: that is for `onError`. */
const internalError = () =>
  new Response('Internal error\n', { status: 500, headers: { 'content-type': 'text/plain; charset=utf-8' } })
