import { type DestinationStream, type Logger, pino } from 'pino'

/** Below these, the rest of a path is a secret or somebody's name for an event. */
const feedPath = /^(\/ical\/[^/]*)\/.*/
const outlookPath = /^(\/outlook\/[^/]*)\/.*/
/** With Basic the address holds no secret, but it can hold the name of a file. */
const outlookFile = /^(\/outlook\/basic\/[^/]*\/lists\/[^/]*\/attachments\/[^/]*)\/.*/i

/** A one-time ticket. */
const connectPath = /^(\/connect)\/.*/

/** As long as a link's secret, 43 characters of base64url: also where a slash too many or an odd spelling made it another path. */
const secretLike = /[A-Za-z0-9_-]{40,}/g

/** A path fit for the log: no query, of a secret address only the id of its link, and nothing that could be a secret elsewhere. */
export const loggedPath = (url: string): string => {
  const path = url.replace(/[?#].*$/s, '')
  const outlook = path.startsWith('/outlook/basic/')
    ? path.replace(outlookFile, '$1/***')
    : path.replace(outlookPath, '$1/***')
  return outlook.replace(connectPath, '$1/***').replace(feedPath, '$1/***').replace(secretLike, '***')
}

/** JSON lines. Headers are never logged; should one slip into an object, its value is not. */
export const createLog = (destination: DestinationStream): Logger =>
  pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: ['authorization', 'cookie', 'password', '*.authorization', '*.cookie', '*.password', '*["set-cookie"]'],
        censor: '***',
      },
    },
    destination,
  )

export type { Logger }
