/**
 * What the writing process tells its parent, one JSON text per line. Every write is announced before it is asked for and acknowledged
 * after the store has answered; its id is the change record's `origin.operation`.
 */
export type Message =
  | { readonly say: 'ready' }
  | { readonly say: 'will'; readonly id: string; readonly names: readonly string[] }
  | { readonly say: 'did'; readonly id: string; readonly writes: readonly AcknowledgedWrite[] }

export interface AcknowledgedWrite {
  readonly name: string
  /** `null`: deleted. */
  readonly etag: string | null
  /** `null` where the store does not tell it, at a deletion. */
  readonly revision: number | null
}

/** Two objects that are only ever written together, with the same text, and a row of the host's own table. */
export const pair = ['pair-left.ics', 'pair-right.ics'] as const

/** Small fast random numbers from a seed (mulberry32), in [0, 1). */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}
