import { CalendarError, type InstantRange, type SyncToken } from '@dayport/core'

/** What a token of the feed wraps: the server's state, and the window while the first listing goes on. */
export interface FeedState {
  readonly state: string
  readonly window: InstantRange | null
}

const form = /^ews1\.(?:(-?\d{1,16}|-?Infinity)_(-?\d{1,16}|-?Infinity))?\.([A-Za-z0-9+/=_%-]+)$/
/** Exchange's states are base64; others say what they like. */
const plain = /^[A-Za-z0-9+/=_-]+$/

export const formatToken = ({ state, window }: FeedState): SyncToken =>
  `ews1.${window === null ? '' : `${window.startMs}_${window.endMs}`}.${plain.test(state) ? state : escapeState(state)}`

/** Every other character by its bytes. */
const escapeState = (state: string): string =>
  encodeURIComponent(state).replace(/[.!~*'()]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

const unescapeState = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new CalendarError('invalid-sync-token', 'the sync token is not one of an Exchange calendar')
  }
}

/** @throws {CalendarError} `invalid-sync-token` for what is no token of this feed. */
export const parseToken = (token: SyncToken): FeedState => {
  const match = form.exec(token)
  if (match === null) throw new CalendarError('invalid-sync-token', 'the sync token is not one of an Exchange calendar')
  const [, start, end, state = ''] = match
  return {
    state: unescapeState(state),
    window: start === undefined ? null : { startMs: Number(start), endMs: Number(end) },
  }
}
