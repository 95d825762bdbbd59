/** Where the CalDAV handler is mounted. */
export interface WellKnownOptions {
  /** Path of the handler's root: `/dav/`. */
  readonly basePath: string
}

/**
 * Answers `/.well-known/caldav` for every method: 307 with a relative `Location`, so that scheme, host and port stay what the
 * client used. May be cached for an hour. RFC 6764 §5.
 */
export const wellKnownCalDav = ({ basePath }: WellKnownOptions): ((request: Request) => Promise<Response>) => {
  const headers = { location: basePath, 'cache-control': 'public, max-age=3600' }
  return async () => new Response(null, { status: 307, headers })
}
