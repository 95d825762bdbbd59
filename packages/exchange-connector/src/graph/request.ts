/** What is asked of Graph. */
export interface GraphRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Behind the base address, percent-encoded, with its query: `/users/anna@example.com/calendars`. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Preferences besides the two that every request has. */
  readonly prefer?: readonly string[]
  readonly body?: unknown
  /** Whether the caller asks for less when it is told `too-big`. Default no: then it is `transient`. */
  readonly divisible?: boolean
}

/** A 2xx answer. */
export interface GraphAnswer {
  readonly status: number
  /** Parsed JSON; `null` when there was no body. */
  readonly body: unknown
  /** The service's clock by its `Date` header, ms since the Unix epoch; `null` when it did not say. */
  readonly dateMs: number | null
}

/** What every call takes. */
export interface SendOptions {
  readonly signal?: AbortSignal
}
