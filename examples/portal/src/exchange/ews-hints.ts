import { RemoteError } from '@dayport/core'
import { type EwsAffinity, maxStreamedFolders, streamHints } from '@dayport/exchange-connector/ews'
import type { After } from '../live.ts'
import type { ExchangeBackend } from './backend.ts'
import type { HintOptions, MailboxHints } from './hints.ts'

/** How long one connection streams; the service ends it after thirty. exchange.md §9. */
const streamMinutes = 29
const pauseMs = 60_000
const maxPauseMs = 15 * 60_000
/** What ends sooner was cut off: beginning anew each time would ask for every mailbox again and again. */
const leastMs = 5 * 60_000

/** Groups of mailboxes that share one connection. */
const groupsOf = (mailboxes: readonly string[]): readonly (readonly string[])[] => {
  const groups: string[][] = []
  for (let at = 0; at < mailboxes.length; at += maxStreamedFolders) {
    groups.push(mailboxes.slice(at, at + maxStreamedFolders))
  }
  return groups
}

/** Streaming notifications of Exchange Server: one connection for up to 200 mailboxes, begun anew whenever it ends. */
export const createEwsHints = (
  backend: ExchangeBackend,
  options: HintOptions & { readonly after: After; readonly now: () => number },
): MailboxHints => {
  const { after, now } = options
  let abort = new AbortController()
  let following = ''

  const wait = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const cancel = after(ms, resolve)
      signal.addEventListener('abort', () => {
        cancel()
        resolve()
      })
    })

  const stream = async (mailboxes: readonly string[], signal: AbortSignal): Promise<void> => {
    const affinity: EwsAffinity = { anchor: mailboxes[0] ?? '', cookies: new Map() }
    const folders = mailboxes.map((key) => ({ key, ...backend.openEws(key, affinity) }))
    for await (const mailbox of streamHints({ folders, minutes: streamMinutes }, { signal })) {
      if (signal.aborted) return
      options.onHint(mailbox)
    }
  }

  /** Until it is told to stop. What goes wrong is told once: polling goes on, and tells the state. */
  const keep = async (mailboxes: readonly string[], signal: AbortSignal): Promise<void> => {
    let isTold = false
    for (let failures = 0; !signal.aborted; ) {
      const begunMs = now()
      try {
        await stream(mailboxes, signal)
        failures = now() - begunMs < leastMs ? failures + 1 : 0
      } catch (error) {
        if (signal.aborted) return
        failures += 1
        if (!isTold) options.onError(error)
        isTold = true
        // A refused sign-in is not tried again by itself: it would lock the account.
        if (RemoteError.is(error, 'credentials')) return
      }
      await wait(Math.min(maxPauseMs, pauseMs * 2 ** Math.max(0, failures - 1)), signal)
    }
  }

  return {
    follow: async (mailboxes) => {
      const wanted = [...mailboxes].sort()
      if (wanted.join() === following) return
      // Not waited for: a connection that hangs would hold up whoever saves the settings. What it still says is not heard.
      abort.abort()
      abort = new AbortController()
      following = wanted.join()
      for (const group of groupsOf(wanted)) void keep(group, abort.signal)
    },
    close: async () => abort.abort(),
  }
}
