import type { Principal, PrincipalId } from '@dayport/core'
import { type Authenticate, HttpError, isChallenge } from '@dayport/http'
import type { People } from './accounts/people.ts'
import type { DoorSwitches, SwitchableDoor } from './door-switches.ts'

/** The portal's people as one door knows them: those whom it is not for are refused as they come in, before anything is looked at. */
export const admit = (
  door: SwitchableDoor,
  parts: { readonly doors: DoorSwitches; readonly people: People; readonly authenticate: Authenticate },
) => ({
  /** Not 401: another password would not help, and a phone would ask for one again and again. */
  authenticate: (async (request) => {
    const who = await parts.authenticate(request)
    if (isChallenge(who) || parts.doors.mayUse(door, who)) return who
    throw new HttpError(403, 'This way to connect is not open to you; ask the administrator')
  }) satisfies Authenticate,

  /**
   * For secret addresses: `null` for those who may not use the door, so that what they made ends as if they had left. `known` is the person
   * as just read along with the address.
   */
  principalOf: async (id: PrincipalId, known?: Principal | null): Promise<Principal | null> => {
    const who = known === undefined ? await parts.people.principalOf(id) : known
    return who === null || !parts.doors.mayUse(door, who) ? null : who
  },
})
