import type { PrincipalInfo } from '@dayport/core'
import { refusal } from '../../errors.ts'
import type { Exchange } from '../../exchange.ts'
import { dav } from '../../wire/names.ts'
import { fits, hostText, type Term } from './search-terms.ts'

/** Principals of one answer. */
const maxFound = 500
/** Principals that are looked at for one answer. */
const maxSeen = 5_000

/** What is looked for. */
export interface PrincipalQuery {
  readonly terms: readonly Term[]
  /** Whether every term must fit, or one is enough. */
  readonly all: boolean
  /** What else a principal must be. */
  readonly accepts: (info: PrincipalInfo) => boolean
  /** Most principals that are wanted; `null`: as many as there are, or a refusal. */
  readonly limit: number | null
}

/**
 * Those whom the host lets the asking person know of, by name. `more`: the limit left some out.
 *
 * @throws {DavError} 507 number-of-matches-within-limits for too many of them.
 */
export const findPrincipals = async (
  x: Exchange,
  { terms, all, accepts, limit }: PrincipalQuery,
): Promise<{ readonly found: readonly PrincipalInfo[]; readonly more: boolean }> => {
  const seen = await candidates(x, terms, all)
  const found = seen.filter(
    (info) =>
      accepts(info) && (all ? terms.every((term) => fits(x, info, term)) : terms.some((term) => fits(x, info, term))),
  )
  if (limit !== null && found.length > limit) return { found: found.slice(0, limit), more: true }
  if (found.length > maxFound || seen.length >= maxSeen) throw refusal(507, dav('number-of-matches-within-limits'))
  return { found, more: false }
}

const candidates = async (x: Exchange, terms: readonly Term[], all: boolean): Promise<readonly PrincipalInfo[]> => {
  // A host without a directory still knows who asks.
  if (x.principals.searchPrincipals === undefined) return [x.me]
  const texts = [...new Set(terms.map(hostText))]
  // Of terms that must all fit, the longest text leaves the fewest.
  const asked = all ? [texts.reduce((longest, text) => (text.length > longest.length ? text : longest), '')] : texts
  const seen = new Map<string, PrincipalInfo>()
  for (const text of asked) {
    for (const info of await x.principals.searchPrincipals(x.who, text, { limit: maxSeen })) seen.set(info.id, info)
  }
  return [...seen.values()]
}
