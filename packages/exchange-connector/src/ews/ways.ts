import { RemoteError } from '@dayport/core'

const refusedCodes = new Set([
  'ErrorNotSupported',
  'ErrorUnsupportedPropertyDefinition',
  'ErrorUnsupportedMimeConversion',
])

/** The server says that it does not do what was asked. */
export const isRefused = (error: unknown): boolean =>
  RemoteError.is(error, 'request') || (RemoteError.is(error) && refusedCodes.has(error.code ?? ''))

/** Servers that do not know an operation, or a part of one, often just break down over it; so do those that are out of order. */
const breaksDown = (error: unknown): boolean =>
  RemoteError.is(error) &&
  (error.status === 500 || error.status === 501 || error.status === 200) &&
  (error.kind === 'transient' || error.kind === 'item') &&
  (error.code === null || error.code === 'ErrorInternalServerError')

/** Asks by the best way that the server takes. `isLast`: there is none plainer. */
export type Ways<W> = <T>(ask: (way: W, isLast: boolean) => Promise<T>) => Promise<T>

/**
 * Ways to read the same, the best one first, for servers that lack what it takes. A way is given up when the server refuses it, or breaks
 * down over it twice, and only once a plainer one has been answered. A server that had been out of order answers both by then: what broke
 * down is asked once more, so that a moment's trouble makes nobody see less.
 *
 * @throws what the best way met with, when no way is answered.
 */
export const createWays = <W>(ways: readonly [W, ...W[]]): Ways<W> => {
  let best = 0
  return async (ask) => {
    const begin = best
    let first: unknown = null
    let broken = -1
    for (const [at, way] of ways.entries()) {
      if (at < begin) continue
      const isLast = at === ways.length - 1
      try {
        const answer = await twice(() => ask(way, isLast), isLast)
        if (broken >= 0) {
          try {
            const better = await ask(ways[broken]!, false)
            best = Math.max(best, broken)
            return better
          } catch (error) {
            if (!(isRefused(error) || breaksDown(error))) throw error
          }
        }
        best = Math.max(best, at)
        return answer
      } catch (error) {
        first ??= error
        if (broken < 0 && breaksDown(error)) broken = at
        if (isLast || !(isRefused(error) || breaksDown(error))) throw at === begin || isLast ? first : error
      }
    }
    throw first
  }
}

/** What breaks down once may have done so by chance. */
const twice = async <T>(work: () => Promise<T>, isLast: boolean): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (isLast || !breaksDown(error)) throw error
    return work()
  }
}
