/** Time that passes, handed in: `setTimeout` of the runtime, or a clock that a test moves. */
export interface Timers {
  /** Calls `work` once after `delayMs`; the result cancels it. */
  after(delayMs: number, work: () => void): () => void
}

/** Longest delay that runtimes take. */
const maxDelayMs = 2_147_000_000

/** Timers of the runtime. They do not keep a process alive that has nothing else to do, where the runtime can tell. */
export const systemTimers: Timers = {
  after: (delayMs, work) => {
    const handle: unknown = setTimeout(work, Math.min(Math.max(0, delayMs), maxDelayMs))
    if (typeof handle === 'object' && handle !== null && 'unref' in handle && typeof handle.unref === 'function') {
      handle.unref()
    }
    return () => clearTimeout(handle as Parameters<typeof clearTimeout>[0])
  },
}
