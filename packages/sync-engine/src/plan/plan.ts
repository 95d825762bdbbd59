/** What has become of one end of an event since both were last agreed. `new`: not linked yet; `none`: there never was one. */
export type EndState = 'same' | 'changed' | 'new' | 'gone' | 'none'

export type Direction = 'both' | 'to-remote' | 'to-portal'

export interface PlanPolicy {
  readonly direction: Direction
  /** What happens when one side deleted what the other has edited. */
  readonly deletes: 'edit-wins' | 'delete-wins'
}

export type PlanAction =
  | 'nothing'
  /** Accept what one end has become, without a write: a one-way direction ignores it. */
  | 'forget-remote'
  | 'forget-portal'
  | 'to-portal'
  | 'to-remote'
  | 'merge'
  | 'pair'
  | 'create-portal'
  | 'create-remote'
  /** The edited end is written again where the other end was deleted; with a notice. */
  | 'restore-portal'
  | 'restore-remote'
  | 'delete-portal'
  | 'delete-remote'
  /** Both are gone. */
  | 'tombstone'

/**
 * What is to be done about one event: a pure function of what its two ends have become. Applying the action makes both ends `same` or
 * the event a tombstone, of which there is nothing more to do.
 */
export const planEvent = (portal: EndState, remote: EndState, policy: PlanPolicy): PlanAction => {
  const action = planBothWays(portal, remote, policy.deletes)
  if (policy.direction === 'both') return action
  return policy.direction === 'to-remote'
    ? oneWay(action, portal, remote, toRemoteWords)
    : oneWay(action, remote, portal, toPortalWords)
}

const planBothWays = (portal: EndState, remote: EndState, deletes: PlanPolicy['deletes']): PlanAction => {
  if (portal === 'none' || portal === 'new') return planUnlinked(portal, remote)
  if (remote === 'none' || remote === 'new') {
    if (portal === 'gone') return remote === 'none' ? 'tombstone' : 'create-portal'
    if (remote === 'new') return 'pair'
    return portal === 'same' ? 'nothing' : 'create-remote' // an end that was forgotten is made again by an edit only
  }
  if (portal === 'gone') {
    if (remote === 'gone') return 'tombstone'
    return remote === 'same' || deletes === 'delete-wins' ? 'delete-remote' : 'restore-portal'
  }
  if (remote === 'gone') return portal === 'same' || deletes === 'delete-wins' ? 'delete-portal' : 'restore-remote'
  if (portal === 'same') return remote === 'same' ? 'nothing' : 'to-portal'
  return remote === 'same' ? 'to-remote' : 'merge'
}

const planUnlinked = (portal: 'none' | 'new', remote: EndState): PlanAction => {
  if (portal === 'new') return remote === 'none' || remote === 'gone' ? 'create-remote' : 'pair'
  if (remote === 'none' || remote === 'same') return 'nothing'
  return remote === 'gone' ? 'tombstone' : 'create-portal'
}

interface Words {
  readonly write: PlanAction
  readonly create: PlanAction
  readonly restore: PlanAction
  readonly remove: PlanAction
  readonly forgetTarget: PlanAction
}

const toRemoteWords: Words = {
  write: 'to-remote',
  create: 'create-remote',
  restore: 'restore-remote',
  remove: 'delete-remote',
  forgetTarget: 'forget-remote',
}

const toPortalWords: Words = {
  write: 'to-portal',
  create: 'create-portal',
  restore: 'restore-portal',
  remove: 'delete-portal',
  forgetTarget: 'forget-portal',
}

/** In one direction the target is written and never heard: what becomes of it by itself is accepted and left so. */
const oneWay = (action: PlanAction, source: EndState, target: EndState, words: Words): PlanAction => {
  if (action === 'nothing' || action === 'pair' || action === 'tombstone') return action
  if (action === words.write || action === words.create || action === words.restore || action === words.remove)
    return action
  if (action === 'merge') return words.write
  if (source === 'gone') return target === 'gone' || target === 'none' ? 'tombstone' : words.remove
  return words.forgetTarget
}
