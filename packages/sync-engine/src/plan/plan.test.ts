import { describe, expect, it } from 'vitest'
import { type EndState, type PlanAction, type PlanPolicy, planEvent } from './plan.ts'

const ends: readonly EndState[] = ['same', 'changed', 'new', 'gone', 'none']
const both: PlanPolicy = { direction: 'both', deletes: 'edit-wins' }

/** What both ends are once the action is done: what the other side and the links then say. */
const applied = (action: PlanAction, portal: EndState, remote: EndState): readonly [EndState, EndState] => {
  switch (action) {
    case 'nothing':
      return [portal, remote]
    case 'tombstone':
    case 'delete-portal':
    case 'delete-remote':
      return ['gone', 'gone']
    case 'forget-remote':
      return [portal === 'none' ? 'none' : 'same', remote === 'gone' || remote === 'new' ? 'none' : 'same']
    case 'forget-portal':
      return [portal === 'gone' || portal === 'new' ? 'none' : 'same', remote === 'none' ? 'none' : 'same']
    default:
      return ['same', 'same']
  }
}

describe('the plan for one event', () => {
  it('is the table of sync-engine.md §3 where both directions are on and edits win', () => {
    const table = Object.fromEntries(
      ends.map((portal) => [
        portal,
        Object.fromEntries(ends.map((remote) => [remote, planEvent(portal, remote, both)])),
      ]),
    )
    expect(table).toEqual({
      same: { same: 'nothing', changed: 'to-portal', new: 'pair', gone: 'delete-portal', none: 'nothing' },
      changed: { same: 'to-remote', changed: 'merge', new: 'pair', gone: 'restore-remote', none: 'create-remote' },
      new: { same: 'pair', changed: 'pair', new: 'pair', gone: 'create-remote', none: 'create-remote' },
      gone: {
        same: 'delete-remote',
        changed: 'restore-portal',
        new: 'create-portal',
        gone: 'tombstone',
        none: 'tombstone',
      },
      none: { same: 'nothing', changed: 'create-portal', new: 'create-portal', gone: 'tombstone', none: 'nothing' },
    })
  })

  it('deletes an edited end only where the policy says that deletions win (§4)', () => {
    const policy: PlanPolicy = { direction: 'both', deletes: 'delete-wins' }
    const differing = ends.flatMap((portal) =>
      ends
        .filter((remote) => planEvent(portal, remote, policy) !== planEvent(portal, remote, both))
        .map((remote) => [portal, remote]),
    )
    expect(differing).toEqual([
      ['changed', 'gone'],
      ['gone', 'changed'],
    ])
    expect(planEvent('changed', 'gone', policy)).toBe('delete-portal')
    expect(planEvent('gone', 'changed', policy)).toBe('delete-remote')
  })

  it('never writes the side that a one-way direction reads', () => {
    const writes = (direction: PlanPolicy['direction']) =>
      new Set(ends.flatMap((p) => ends.map((r) => planEvent(p, r, { direction, deletes: 'edit-wins' }))))
    const ofPortal: readonly PlanAction[] = ['to-portal', 'create-portal', 'restore-portal', 'delete-portal', 'merge']
    const ofRemote: readonly PlanAction[] = ['to-remote', 'create-remote', 'restore-remote', 'delete-remote', 'merge']
    expect(ofPortal.filter((action) => writes('to-remote').has(action))).toEqual([])
    expect(ofRemote.filter((action) => writes('to-portal').has(action))).toEqual([])
    expect(planEvent('changed', 'changed', { direction: 'to-remote', deletes: 'edit-wins' })).toBe('to-remote')
    expect(planEvent('gone', 'changed', { direction: 'to-remote', deletes: 'edit-wins' })).toBe('delete-remote')
  })

  it('leaves nothing to do once it is applied, for every state, direction and policy (§9.1)', () => {
    for (const direction of ['both', 'to-remote', 'to-portal'] as const) {
      for (const deletes of ['edit-wins', 'delete-wins'] as const) {
        for (const portal of ends) {
          for (const remote of ends) {
            const policy = { direction, deletes }
            const action = planEvent(portal, remote, policy)
            const [p, r] = applied(action, portal, remote)
            const next = planEvent(p, r, policy)
            const label = `${direction} ${deletes}: ${portal}/${remote} → ${action} → ${p}/${r} → ${next}`
            expect(['nothing', 'tombstone'], label).toContain(next)
          }
        }
      }
    }
  })
})
