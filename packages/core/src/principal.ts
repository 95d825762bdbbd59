/** Opaque and stable; chosen by the host. Never a login, which people may change. */
export type PrincipalId = string

/** Grants given to it reach every signed-in person, except those from outside: see `Principal.external`. */
export const everyone: PrincipalId = '*'

/** Who asks: RFC 3744 §2. Made by the host's sign-in, trusted from there on. */
export interface Principal {
  readonly id: PrincipalId
  /** Groups that the person is a member of, nested ones included. */
  readonly groups: readonly PrincipalId[]
  /**
   * Somebody from outside, such as a customer or a contractor. Only what was given to them or to a group of theirs reaches them, nothing that
   * was given to everyone; and they make no calendars. Default: one of the house.
   */
  readonly external?: boolean
}

/** Whom a grant must name to reach the person: themselves, a group of theirs and, unless they are from outside, everyone. */
export const reachOf = ({ id, groups, external }: Principal): readonly PrincipalId[] =>
  external === true ? [id, ...groups] : [id, ...groups, everyone]

/** RFC 6638 §2.4.2 calendar user types that we know. */
export type PrincipalKind = 'individual' | 'group' | 'room' | 'resource'

/** What other people may see of a principal. */
export interface PrincipalInfo {
  readonly id: PrincipalId
  /** The name in addresses and at sign-in; unique, any Unicode without `/` and control characters. */
  readonly login: string
  readonly displayName: string
  readonly emails: readonly string[]
  readonly kind: PrincipalKind
  /** Direct members, of a group; empty otherwise. */
  readonly members: readonly PrincipalId[]
}

/** The host's people, as the doors look them up. `null` when absent. */
export interface PrincipalDirectory {
  getPrincipal(id: PrincipalId): Promise<PrincipalInfo | null>
  findPrincipal(login: string): Promise<PrincipalInfo | null>
  /** Groups that the principal is a direct member of. Left out by a host that tells nobody of others' groups. */
  groupsOf?(id: PrincipalId): Promise<readonly PrincipalId[]>
  /**
   * Those whom `who` may know of and whose name, login or an address holds the text, without regard to case; by name, at most
   * `limit`. `''` is held by everybody. Left out by a host whose people cannot be searched for.
   */
  searchPrincipals?(
    who: Principal,
    text: string,
    options: { readonly limit: number },
  ): Promise<readonly PrincipalInfo[]>
  /** Whether `who` may know of somebody at all: who may not is told that there is nobody. Left out: everybody knows of everybody. */
  mayKnow?(who: Principal, id: PrincipalId): Promise<boolean>
}
