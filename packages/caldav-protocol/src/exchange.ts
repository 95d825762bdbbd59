import type {
  Calendar,
  CallOptions,
  Principal,
  PrincipalDirectory,
  PrincipalId,
  PrincipalInfo,
  Privilege,
} from '@dayport/core'
import type { FileLock } from './files/file-store.ts'
import type { KeptProperties } from './kept/property-store.ts'
import type { Door } from './options.ts'
import { type Preferences, readPreferences } from './wire/headers.ts'
import type { Address } from './wire/hrefs.ts'

/** One request on its way: who asks, what for, and what has been looked up already. */
export interface Exchange extends Door {
  readonly request: Request
  readonly address: Address
  /** The path by which the client named the resource, as it will be answered. */
  readonly href: string
  readonly who: Principal
  /** `who`, as others see them. */
  readonly me: PrincipalInfo
  readonly prefer: Preferences
  /** Asks `authorize`, once for each privilege and calendar. */
  may(privilege: Privilege, calendar: Calendar): Promise<boolean>
  /** Looks a principal up, once. */
  principalOf(id: PrincipalId): Promise<PrincipalInfo | null>
  /** The locks that hold in the asking person's files now, looked up once. */
  locks(): Promise<readonly FileLock[]>
  /** Kept properties of everything in a scope, looked up once; none where nothing keeps them. */
  keptIn(scope: string): Promise<ReadonlyMap<string, KeptProperties>>
}

export const createExchange = (
  door: Door,
  parts: Pick<Exchange, 'request' | 'address' | 'href' | 'who' | 'me'>,
): Exchange => {
  const { who, me, request } = parts
  const answers = new Map<string, Promise<boolean>>()
  const kept = new Map<string, Promise<ReadonlyMap<string, KeptProperties>>>()
  let locks: Promise<readonly FileLock[]> | null = null
  const principals = new Map<PrincipalId, Promise<PrincipalInfo | null>>([[me.id, Promise.resolve(me)]])
  const x: Exchange = {
    ...door,
    ...parts,
    principals: knownTo(door.principals, who),
    prefer: readPreferences(request.headers),
    may(privilege, calendar) {
      const key = `${privilege} ${calendar.id}`
      let answer = answers.get(key)
      if (answer === undefined) {
        answer = door.authorize(who, privilege, { calendar: calendar.id }, { signal: request.signal })
        answers.set(key, answer)
      }
      return answer
    },
    principalOf(id) {
      let info = principals.get(id)
      if (info === undefined) {
        info = x.principals.getPrincipal(id)
        principals.set(id, info)
      }
      return info
    },
    locks() {
      locks ??= liveLocks(door, me.id)
      return locks
    },
    keptIn(scope) {
      if (door.properties === null) return none
      let items = kept.get(scope)
      if (items === undefined) {
        items = door.properties.listProperties(scope, { signal: request.signal })
        kept.set(scope, items)
      }
      return items
    },
  }
  return x
}

/** The directory as one person may see it: whom they may not know of is not there. */
const knownTo = (all: PrincipalDirectory, who: Principal): PrincipalDirectory => {
  if (all.mayKnow === undefined) return all
  const ifKnown = async (info: PrincipalInfo | null): Promise<PrincipalInfo | null> =>
    info === null || info.id === who.id || (await all.mayKnow?.(who, info.id)) ? info : null
  return {
    getPrincipal: async (id) => ifKnown(await all.getPrincipal(id)),
    findPrincipal: async (login) => ifKnown(await all.findPrincipal(login)),
    ...(all.groupsOf === undefined ? {} : { groupsOf: (id) => all.groupsOf?.(id) ?? Promise.resolve([]) }),
    ...(all.searchPrincipals === undefined
      ? {}
      : {
          searchPrincipals: async (asking, text, options) =>
            (await all.searchPrincipals?.(asking, text, options)) ?? [],
        }),
  }
}

const none: Promise<ReadonlyMap<string, KeptProperties>> = Promise.resolve(new Map())

/** The locks of somebody that have not run out. */
export const liveLocks = async (
  { files, now }: Pick<Door, 'files' | 'now'>,
  owner: PrincipalId,
  call: CallOptions = {},
): Promise<readonly FileLock[]> => {
  const all = files === null ? [] : await files.listLocks(owner, call)
  const nowMs = now()
  return all.filter(({ expiresMs }) => expiresMs > nowMs)
}
