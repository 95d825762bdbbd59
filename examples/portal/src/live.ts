import type { CalendarId, Principal } from '@dayport/core'
import type { CalendarEvent, CalendarService } from '@dayport/core/service'

/** How long changes are gathered before they are told, so that an import is a few messages and not thousands. */
const gatherMs = 80
/** When a page that was too slow is told that it missed something. */
const slowMs = 1_000
/** Proxies close a line that is silent for a minute. */
const heartbeatMs = 25_000
/** Open pages of one person, and of all; the oldest of a person gives way. */
const maxOfOne = 8
const maxOpen = 5_000

/** What an open page is told. `calendars`: the list itself may be another; `all`: something was missed. */
type Message =
  | { readonly kind: 'changed'; readonly calendar: CalendarId; readonly doors: readonly string[] }
  | { readonly kind: 'calendars' }
  | { readonly kind: 'all' }

/** Runs `work` after `ms`; the answer takes it back. */
export type After = (ms: number, work: () => void) => () => void

interface Watcher {
  readonly who: Principal
  /** Sends one server-sent event; `false` when the reader is too slow for it. */
  readonly send: (text: string) => boolean
  readonly close: () => void
  readonly doors: Map<CalendarId, Set<string>>
  calendars: boolean
  missed: boolean
  waiting: boolean
}

const line = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

export type Live = ReturnType<typeof createLive>

/**
 * Tells open pages of changes by any door, as server-sent events. Each message names a calendar and the doors that wrote, and only to
 * those who may see that calendar when it is told; what has changed they ask for themselves.
 */
export const createLive = (parts: {
  readonly service: Pick<CalendarService, 'getCalendar'>
  /** The person as they are now; `null` when they have left. */
  readonly principalOf: (id: string) => Promise<Principal | null>
  readonly after: After
  readonly onError: (error: unknown) => void
}) => {
  const { service, principalOf, after, onError } = parts
  const watchers = new Set<Watcher>()
  let beating: (() => void) | null = null
  let changes = 0

  const messagesOf = async (watcher: Watcher): Promise<Message[]> => {
    const doors = [...watcher.doors]
    const { calendars, missed } = watcher
    watcher.doors.clear()
    watcher.calendars = false
    watcher.missed = false
    if (missed) return [{ kind: 'all' }]
    const who = await principalOf(watcher.who.id)
    if (who === null) {
      watcher.close()
      return []
    }
    const messages: Message[] = calendars ? [{ kind: 'calendars' }] : []
    for (const [calendar, names] of doors) {
      if ((await service.getCalendar(who, calendar)) === null) continue
      messages.push({ kind: 'changed', calendar, doors: [...names] })
    }
    return messages
  }

  const flush = async (watcher: Watcher): Promise<void> => {
    watcher.waiting = false
    for (const message of await messagesOf(watcher)) {
      // A slow page is not queued for: it is told once, later, that it missed something.
      if (!watcher.send(line('change', message))) watcher.missed = true
    }
    if (watcher.missed) plan(watcher, slowMs)
  }

  const plan = (watcher: Watcher, ms = gatherMs): void => {
    if (watcher.waiting || !watchers.has(watcher)) return
    watcher.waiting = true
    after(ms, () => void flush(watcher).catch(onError))
  }

  const beat = (): void => {
    beating = after(heartbeatMs, () => {
      for (const watcher of [...watchers]) watcher.send(': still here\n\n')
      if (watchers.size > 0) beat()
      else beating = null
    })
  }

  /** Sends one event of its own; a page that was too slow is told later that it missed something: it may have been the last word. */
  const sendTo = (watcher: Watcher, event: string, data: unknown): void => {
    if (watcher.send(line(event, data))) return
    watcher.missed = true
    plan(watcher, slowMs)
  }

  return {
    /** How many changes were heard of: what a page has loaded since it was told this number misses none of them. */
    changes: (): number => changes,

    /** To be told of every committed change. */
    hear: (event: CalendarEvent): void => {
      changes += 1
      for (const watcher of watchers) {
        if (event.kind === 'objects-changed') {
          const door = event.origin.door === 'portal' && event.by === watcher.who.id ? 'own' : event.origin.door
          const doors = watcher.doors.get(event.calendar) ?? new Set()
          watcher.doors.set(event.calendar, doors.add(door))
        } else watcher.calendars = true
        plan(watcher)
      }
    },

    /** Tells all open pages of one person something of theirs: how far long work is, that a device came in, that the list looks otherwise. */
    tell: (
      person: string,
      event: 'job' | 'device' | 'exchange' | 'joined' | 'subscription' | 'list',
      data: unknown,
    ): void => {
      for (const watcher of watchers) if (watcher.who.id === person) sendTo(watcher, event, data)
    },

    /** Tells every open page that what the portal offers is another: doors, and for whom they are. Each asks for what is its own. */
    portalChanged: (): void => {
      for (const watcher of watchers) sendTo(watcher, 'portal', {})
    },

    /** Tells the open pages of one person that their list of calendars is another: what they put on it or took off, on any device. */
    listChanged: (person: string): void => {
      for (const watcher of watchers) {
        if (watcher.who.id !== person) continue
        watcher.calendars = true
        plan(watcher)
      }
    },

    /** Tells every open page that its list may be another: who is in a group, or from outside, has changed. Of who left the line ends. */
    listsChanged: (): void => {
      changes += 1
      for (const watcher of watchers) {
        watcher.calendars = true
        plan(watcher)
      }
    },

    /**
     * Server-sent events until the signal aborts or the person leaves; `null` when too many are open.
     *
     * @param after the number of changes when the page began to load: it is told when there were others meanwhile.
     */
    watch: (who: Principal, signal: AbortSignal, after: number | null = null): ReadableStream<Uint8Array> | null => {
      if (watchers.size >= maxOpen) return null
      const mine = [...watchers].filter((watcher) => watcher.who.id === who.id)
      if (mine.length >= maxOfOne) mine[0]?.close()
      const encoder = new TextEncoder()
      let stop = (): void => {}
      return new ReadableStream<Uint8Array>(
        {
          start(controller) {
            const watcher: Watcher = {
              who,
              send: (text) => {
                if ((controller.desiredSize ?? 0) <= 0) return false
                controller.enqueue(encoder.encode(text))
                return true
              },
              close: () => {
                stop()
                controller.close()
              },
              doors: new Map(),
              calendars: false,
              missed: false,
              waiting: false,
            }
            stop = () => {
              watchers.delete(watcher)
              signal.removeEventListener('abort', watcher.close)
            }
            watchers.add(watcher)
            signal.addEventListener('abort', watcher.close)
            // Something at once: proxies and the browser then know that the line stands.
            watcher.send('retry: 3000\n\n')
            if (after !== null && after !== changes) {
              watcher.missed = true
              plan(watcher)
            }
            if (beating === null) beat()
          },
          cancel: () => stop(),
        },
        { highWaterMark: 64 },
      )
    },

    /** Ends the streams of a person who signed out or left. */
    endOf: (person: string): void => {
      for (const watcher of [...watchers]) if (watcher.who.id === person) watcher.close()
    },

    /** Ends all streams, so that nothing waits for them when the portal stops. */
    close: (): void => {
      beating?.()
      beating = null
      for (const watcher of [...watchers]) watcher.close()
    },
  }
}
