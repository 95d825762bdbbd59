const mark = Symbol.for('dayport.HttpError')

/** What a refusal carries besides its status. */
export interface HttpErrorOptions {
  /** Header fields of the answer. */
  readonly headers?: Readonly<Record<string, string>>
  /** The answer's body instead of the message; set `content-type` in `headers` when it is not plain text. */
  readonly body?: string
  readonly cause?: unknown
}

/** A refusal that already knows its HTTP answer. The message is shown to the client: what was expected, what came, no secrets. */
export class HttpError extends Error {
  /** 400–599. */
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** `null`: the message is the body. */
  readonly body: string | null
  readonly [mark] = true

  constructor(status: number, message: string, options: HttpErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'HttpError'
    this.status = status
    this.headers = options.headers ?? {}
    this.body = options.body ?? null
  }

  /** The answer: plain text unless `headers` says otherwise. */
  toResponse(): Response {
    const headers = new Headers(this.headers)
    if (!headers.has('content-type')) headers.set('content-type', 'text/plain; charset=utf-8')
    return new Response(this.body ?? `${this.message}\n`, { status: this.status, headers })
  }

  /** Recognises the class across several copies of this package in one process. */
  static is(value: unknown): value is HttpError {
    return value instanceof Error && mark in value
  }
}
