import type { IncomingMessage } from 'node:http'
import { HttpError } from '../http-error.ts'
import type { IncomingBody } from './incoming-body.ts'

/** A request of the standard, made piece by piece as the handler asks; see {@link createNodeRequest}. */
export interface NodeRequest {
  readonly request: Request
  /** The client is gone before the answer was whole. */
  readonly abort: () => void
}

/** What the lazy object keeps, out of reach of whoever holds the Request. */
class State {
  readonly method: string
  readonly url: string
  readonly incoming: IncomingMessage
  readonly body: IncomingBody
  private aborted = false
  private headersMade: Headers | null = null
  private leaving: AbortController | null = null
  private standardMade: Request | null = null

  constructor(incoming: IncomingMessage, url: string, body: IncomingBody) {
    this.method = incoming.method ?? 'GET'
    this.url = url
    this.incoming = incoming
    this.body = body
  }

  get made(): Request | null {
    return this.standardMade
  }

  headers(): Headers {
    if (this.standardMade !== null) return this.standardMade.headers
    if (this.headersMade === null) this.headersMade = toHeaders(this.incoming.rawHeaders)
    return this.headersMade
  }

  signal(): AbortSignal {
    this.leaving ??= new AbortController()
    if (this.aborted) this.leaving.abort()
    return this.leaving.signal
  }

  abort() {
    this.aborted = true
    this.leaving?.abort()
  }

  /** The standard knows no body of GET and HEAD; what comes all the same is thrown away. */
  stream() {
    return this.method === 'GET' || this.method === 'HEAD' ? null : this.body.stream()
  }

  /** The platform's own Request over the same body, for everything that is rarely asked. */
  standard(): Request {
    if (this.standardMade !== null) return this.standardMade
    const init: RequestInit & { duplex?: 'half' } = {
      method: this.method,
      headers: this.headers(),
      signal: this.signal(),
    }
    const body = this.stream()
    if (body !== null) {
      init.body = body
      init.duplex = 'half'
    }
    this.standardMade = new Request(this.url, init)
    return this.standardMade
  }
}

const toHeaders = (raw: readonly string[]): Headers => {
  const pairs: [string, string][] = []
  for (let i = 0; i + 1 < raw.length; i += 2) pairs.push([raw[i] ?? '', raw[i + 1] ?? ''])
  try {
    return new Headers(pairs)
  } catch (error) {
    throw new HttpError(400, 'Expected valid header fields', { cause: error })
  }
}

class LazyRequest {
  readonly #state: State

  constructor(state: State) {
    this.#state = state
  }

  get method() {
    return this.#state.method
  }

  get url() {
    return this.#state.url
  }

  get headers() {
    return this.#state.headers()
  }

  get signal() {
    return this.#state.made?.signal ?? this.#state.signal()
  }

  get body() {
    return this.#state.made === null ? this.#state.stream() : this.#state.made.body
  }

  get bodyUsed() {
    return this.#state.made?.bodyUsed ?? (this.body !== null && this.#state.body.isUsed())
  }

  static standard(request: LazyRequest): Request {
    return request.#state.standard()
  }
}

// Everything else is rarely asked: the platform's own Request answers. With its prototype above, `instanceof` holds.
for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(Request.prototype))) {
  if (Object.hasOwn(LazyRequest.prototype, name)) continue
  const delegate: PropertyDescriptor & ThisType<LazyRequest> =
    typeof member.value === 'function'
      ? {
          value(...given: unknown[]) {
            return Reflect.apply(member.value, LazyRequest.standard(this), given)
          },
        }
      : {
          get() {
            return Reflect.get(LazyRequest.standard(this), name)
          },
        }
  Object.defineProperty(LazyRequest.prototype, name, { ...delegate, configurable: true })
}
Object.setPrototypeOf(LazyRequest.prototype, Request.prototype)

/**
 * A Request that costs what is asked of it. The platform's constructor takes longer than many an answer, and most handlers read the
 * method, the URL and a few header fields. `new Request(request)` and `fetch(request)` want the platform's own kind: give them
 * `request.clone()`.
 */
export const createNodeRequest = (incoming: IncomingMessage, url: string, body: IncomingBody): NodeRequest => {
  const state = new State(incoming, url, body)
  return { request: new LazyRequest(state) as unknown as Request, abort: () => state.abort() }
}
