import type { Calendar, Principal, PrincipalId, PrincipalInfo, Privilege } from '@dayport/core'
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
}

export const createExchange = (
  door: Door,
  parts: Pick<Exchange, 'request' | 'address' | 'href' | 'who' | 'me'>,
): Exchange => {
  const { who, me, request } = parts
  const answers = new Map<string, Promise<boolean>>()
  const principals = new Map<PrincipalId, Promise<PrincipalInfo | null>>([[me.id, Promise.resolve(me)]])
  return {
    ...door,
    ...parts,
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
        info = door.principals.getPrincipal(id)
        principals.set(id, info)
      }
      return info
    },
  }
}
