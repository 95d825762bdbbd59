import type { Subscriptions } from '@dayport/ical-export/subscription'

const everyMs = 60_000

/** Looks every minute for subscriptions that are due. @returns stops it, and waits for the fetches that run. */
export const startRefreshing = (subscriptions: Pick<Subscriptions, 'runDue'>): (() => Promise<void>) => {
  const stopping = new AbortController()
  let running: Promise<unknown> | null = null
  const timer = setInterval(() => {
    // A round that takes longer than a minute is not overtaken by the next.
    running ??= subscriptions.runDue({ signal: stopping.signal }).finally(() => (running = null))
  }, everyMs)
  timer.unref()
  return async () => {
    clearInterval(timer)
    stopping.abort()
    await running
  }
}
