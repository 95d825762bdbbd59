import { useEffect, useRef } from 'preact/hooks'

export type LiveChange =
  | { readonly kind: 'changed'; readonly calendar: string; readonly doors: readonly string[] }
  | { readonly kind: 'calendars' }
  | { readonly kind: 'all' }

const ownEvents = ['job', 'device', 'exchange', 'joined', 'subscription', 'list', 'portal'] as const
/** What a page hears of its own person, and of what the portal offers. */
export type OwnEvent = (typeof ownEvents)[number]

/**
 * Hears changes that come by any door while the page is seen. A hidden page lets go of its line, so that many tabs do not use up what a
 * browser has for one host; shown again, it is told that it may have missed something.
 */
export const useLive = (
  /** The portal's number of changes when the page began to load. */
  after: number,
  onChange: (change: LiveChange) => void,
  onOwn: (event: OwnEvent, data: unknown) => void,
) => {
  const latest = useRef({ onChange, onOwn })
  latest.current = { onChange, onOwn }
  useEffect(() => {
    let source: EventSource | null = null
    let missed = false
    const open = () => {
      if (source !== null) return
      const line = new EventSource(`/api/live?after=${after}`)
      source = line
      line.onopen = () => {
        if (missed) latest.current.onChange({ kind: 'all' })
        missed = false
      }
      line.onerror = () => {
        missed = true
        // 2: refused, and the browser has given up. A later look at the page tries again.
        if (line.readyState === 2) close()
      }
      line.addEventListener('change', ({ data }: MessageEvent<string>) =>
        latest.current.onChange(JSON.parse(data) as LiveChange),
      )
      for (const event of ownEvents) {
        line.addEventListener(event, ({ data }: MessageEvent<string>) => latest.current.onOwn(event, JSON.parse(data)))
      }
    }
    const close = () => {
      source?.close()
      source = null
    }
    const look = () => {
      if (document.visibilityState === 'visible') open()
      else {
        close()
        missed = true
      }
    }
    document.addEventListener('visibilitychange', look)
    look()
    return () => {
      document.removeEventListener('visibilitychange', look)
      close()
    }
  }, [])
}
