import type { DayportStore, Principal, PrincipalId, PrincipalInfo } from '@dayport/core'
import type { People } from './people.ts'

/** Whom people from outside know of and may invite; one of the house knows everybody. `null` stands for everybody. */
export const createAcquaintance = ({ people, store }: { readonly people: People; readonly store: DayportStore }) => {
  /** Members of the person's groups, of groups in these too, and the groups themselves. */
  const groupmates = (who: Principal): ReadonlySet<PrincipalId> | null => {
    if (who.external !== true) return null
    const mates = new Set<PrincipalId>([who.id, ...who.groups])
    // A set is walked to its end also where it grows meanwhile.
    for (const id of mates) for (const member of people.membersOf(id)) mates.add(member)
    return mates
  }

  /** Their groups' members, and the owners of calendars that were given to them. */
  const known = async (who: Principal): Promise<ReadonlySet<PrincipalId> | null> => {
    const mates = groupmates(who)
    if (mates === null) return null
    return new Set([...mates, ...(await store.listCalendars(who)).map(({ owner }) => owner)])
  }

  return {
    groupmates,
    known,

    /** As `PrincipalDirectory` asks. */
    mayKnow: async (who: Principal, id: PrincipalId): Promise<boolean> => (await known(who))?.has(id) ?? true,
    searchPrincipals: async (
      who: Principal,
      text: string,
      { limit }: { readonly limit: number },
    ): Promise<PrincipalInfo[]> => people.search(text, limit, await known(who)).map(people.toInfo),
  }
}

export type Acquaintance = ReturnType<typeof createAcquaintance>
