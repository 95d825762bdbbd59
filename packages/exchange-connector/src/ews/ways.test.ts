import type { RemoteError } from '@dayport/core'
import { describe, expect, it } from 'vitest'
import { remoteError } from './failure.ts'
import { formatToken, parseToken } from './sync-token.ts'
import { createWays } from './ways.ts'

const facts = { requestId: null, retryAfterMs: null, write: false }
const refused = remoteError('request', { ...facts, code: 'ErrorInvalidExtendedProperty', status: 500 })
const broken = remoteError('transient', { ...facts, code: null, status: 500 })
const busy = remoteError('throttled', { ...facts, code: 'ErrorServerBusy', status: 500 })

/** Asks and answers by what each way is met with; tells which were tried. */
const asking = (outcomes: Readonly<Record<string, readonly (RemoteError | null)[]>>) => {
  const ways = createWays(['best', 'plain', 'plainest'] as const)
  const left = new Map(Object.entries(outcomes).map(([way, list]) => [way, [...list]]))
  const tried: string[] = []
  const ask = () =>
    ways(async (way) => {
      tried.push(way)
      const outcome = left.get(way)?.shift() ?? null
      if (outcome !== null) throw outcome
      return way
    })
  return { ask, tried }
}

describe('ways to ask a server', () => {
  it('go to the next plainer one that is answered, and stay there', async () => {
    const { ask, tried } = asking({ best: [refused], plain: [refused] })
    expect(await ask()).toBe('plainest')
    expect(await ask()).toBe('plainest')
    expect(tried).toEqual(['best', 'plain', 'plainest', 'plainest'])
  })

  it('try again what broke down once, and give it up only when it breaks down twice', async () => {
    const once = asking({ best: [broken] })
    expect(await once.ask()).toBe('best')
    const always = asking({ best: [broken, broken, broken] })
    expect(await always.ask()).toBe('plain')
    expect(await always.ask()).toBe('plain')
    expect(always.tried).toEqual(['best', 'best', 'plain', 'best', 'plain'])
  })

  it('give up nothing when the server was out of order for a moment, and answers a plainer one by then', async () => {
    const { ask, tried } = asking({ best: [broken, broken] })
    expect(await ask()).toBe('best')
    expect(await ask()).toBe('best')
    expect(tried).toEqual(['best', 'best', 'plain', 'best', 'best'])
  })

  it('come back to the best that is not refused', async () => {
    const { ask, tried } = asking({ best: [refused], plain: [broken, broken] })
    expect(await ask()).toBe('plain')
    expect(await ask()).toBe('plain')
    expect(tried).toEqual(['best', 'plain', 'plain', 'plainest', 'plain', 'plain'])
  })

  it('give up nothing while the server answers none, or asks to wait', async () => {
    const down = asking({ best: [broken, broken], plain: [broken, broken], plainest: [broken] })
    await expect(down.ask()).rejects.toBe(broken)
    expect(await down.ask()).toBe('best')
    const waiting = asking({ best: [busy] })
    await expect(waiting.ask()).rejects.toBe(busy)
    expect(await waiting.ask()).toBe('best')
  })
})

describe('the token of a feed', () => {
  it.each(['H4sIAAA+/w==', 'state (2.0) of 100% – "ё": 1|x', "it's ~ . !", '%2B'])(
    'gives back the state %s',
    (state) => {
      const window = { startMs: -1, endMs: Number.POSITIVE_INFINITY }
      expect(parseToken(formatToken({ state, window }))).toEqual({ state, window })
      expect(formatToken({ state, window: null })).toMatch(/^[\x21-\x7e]+$/)
    },
  )
})
