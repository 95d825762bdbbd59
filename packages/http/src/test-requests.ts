/** For tests: a request with Basic credentials, from an address when it matters. */
export const basic = (user: string, password: string, headers: Record<string, string> = {}): Request => {
  const bytes = new TextEncoder().encode(`${user}:${password}`)
  const encoded = btoa(String.fromCharCode(...bytes))
  return new Request('http://localhost/dav/', { headers: { authorization: `Basic ${encoded}`, ...headers } })
}

/** For tests: a clock that stands still until it is moved. */
export const testClock = (startMs = Date.UTC(2026, 0, 1)) => {
  let ms = startMs
  return {
    now: () => ms,
    advance: (byMs: number) => {
      ms += byMs
    },
  }
}

/** For tests: an HMAC key. */
export const testKey = new Uint8Array(32).fill(7)
