import type { Principal, PrincipalId } from '@dayport/core'

/** Somebody as the owner of calendars alone: what everyone or their groups were given is not looked through. */
export const owning = (id: PrincipalId): Principal => ({ id, groups: [], external: true })
