import { clientAddress, rememberClientAddress } from '@dayport/http'
import type { FeedLinks } from '@dayport/ical-export'

/** By which the page says that it only tries a link. */
const checkHeader = 'x-link-check'

/**
 * The page tries each link that it shows. Such a fetch must not count as the link's last use, or the list of links would tell of
 * browsers instead of calendar programs. Only who is signed in may be left out: a finder of a link must show up in the list.
 */
export const createLinkChecks = (parts: {
  readonly links: FeedLinks
  readonly isSignedIn: (request: Request) => boolean
  readonly newId: () => string
}) => {
  // A name that nobody else can call themselves, from the door to `touch`.
  const agent = `check ${parts.newId()}`
  return {
    /** For the feed handler. */
    links: {
      ...parts.links,
      touch: async (record, userAgent) => {
        if (userAgent !== agent) await parts.links.touch(record, userAgent)
      },
    } satisfies FeedLinks,

    /** The request as the feed handler shall see it. */
    mark: (request: Request): Request => {
      if (!request.headers.has(checkHeader) || !parts.isSignedIn(request)) return request
      const headers = new Headers(request.headers)
      headers.set('user-agent', agent)
      const marked = new Request(request.url, { method: request.method, headers, signal: request.signal })
      const address = clientAddress(request)
      if (address !== null) rememberClientAddress(marked, address)
      return marked
    },
  }
}
