import { createGuardedFetch, type GuardedFetchInit } from '@dayport/http/node'

/** Bounds of what an outside server may cost. */
export const outsideLimits = {
  /** Of one answer. */
  maxBytes: 16 * 1024 * 1024,
  /** Of one request, its answer included. */
  timeoutMs: 30_000,
}

/** One request; redirects are the caller's. */
export type OutsideFetch = (url: string, init: RequestInit) => Promise<Response>

/**
 * Reaches servers whose address a person has entered: those of the public Internet, and those inside that an administrator has named by
 * their origin.
 */
export const createOutsideFetch = (isInside: (origin: string) => boolean): OutsideFetch => {
  const outside = createGuardedFetch(outsideLimits)
  const inside = createGuardedFetch({ ...outsideLimits, allow: () => true, allowPort: () => true })
  return (url, { method, headers, body, signal }) => {
    const init: GuardedFetchInit = {
      redirect: 'manual',
      ...(method === undefined ? {} : { method }),
      ...(headers === undefined ? {} : { headers }),
      ...(typeof body === 'string' || body instanceof Uint8Array ? { body } : {}),
      ...(signal ? { signal } : {}),
    }
    return (isInside(new URL(url).origin) ? inside : outside)(url, init)
  }
}
