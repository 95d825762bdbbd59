import type { Timers } from '@dayport/sync-engine'

/** Time that a test moves. */
export interface VirtualClock {
  readonly now: () => number
  readonly timers: Timers
  /** Lets time pass; what falls due on the way is done, and what that begins is waited for. */
  advance(ms: number): Promise<void>
  /** Lets everything that has begun go on until it waits for time. */
  settle(): Promise<void>
}

/** Rounds of the event loop after which nothing that only waits for promises is left. */
const rounds = 30

export const createVirtualClock = (startMs: number): VirtualClock => {
  let nowMs = startMs
  let serial = 0
  const pending = new Map<number, { readonly atMs: number; readonly work: () => void }>()
  const settle = async (): Promise<void> => {
    for (let i = 0; i < rounds; i += 1) await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return {
    now: () => nowMs,
    timers: {
      after: (delayMs, work) => {
        serial += 1
        const id = serial
        pending.set(id, { atMs: nowMs + Math.max(0, delayMs), work })
        return () => pending.delete(id)
      },
    },
    settle,
    advance: async (ms) => {
      const endMs = nowMs + ms
      await settle()
      for (;;) {
        const due = [...pending].filter(([, { atMs }]) => atMs <= endMs).sort(([, a], [, b]) => a.atMs - b.atMs)[0]
        if (due === undefined) break
        pending.delete(due[0])
        nowMs = Math.max(nowMs, due[1].atMs)
        due[1].work()
        await settle()
      }
      nowMs = endMs
    },
  }
}
