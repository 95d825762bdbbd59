import type { OutlookBindingStore } from '@dayport/outlook-sync'
import type { After } from './live.ts'

const dayMs = 86_400_000
/** Not at once: the first minute belongs to those who wait for the portal. */
const firstMs = 60_000

/** How long the deletions of a list are kept. An Outlook that was away longer starts over and loses nothing: InvalidToken. */
export const deletionsKeptDays = 180

/** Forgets what nobody asks for any more: soon after the start and then daily. @returns stops it, and waits for what runs. */
export const startMaintenance = ({
  outlookBindings,
  now,
  after,
  onError,
}: {
  readonly outlookBindings: Pick<OutlookBindingStore, 'forgetDeleted'>
  readonly now: () => number
  readonly after: After
  readonly onError: (error: unknown) => void
}): (() => Promise<void>) => {
  let running: Promise<unknown> = Promise.resolve()
  let cancel = (): void => {}
  const runAfter = (ms: number): void => {
    cancel = after(ms, () => {
      running = outlookBindings.forgetDeleted(now() - deletionsKeptDays * dayMs).catch(onError)
      runAfter(dayMs)
    })
  }
  runAfter(firstMs)
  return async () => {
    cancel()
    await running
  }
}
