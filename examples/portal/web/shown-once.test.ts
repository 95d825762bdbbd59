import { describe, expect, it } from 'vitest'
import { shownOnce } from './shown-once.ts'

const calendar = (owner: string, readOnly = false) => ({
  owner: { id: owner, login: owner, name: owner, kind: 'individual' as const },
  readOnly,
})
const calendars = new Map([
  ['mine', calendar('igor')],
  ['mine too', calendar('igor')],
  ['subscribed', calendar('igor', true)],
  ['annas', calendar('anna')],
  ['olgas', calendar('olga')],
])
const at = (calendar: string, uid: string, recurrenceId: string | null = null, status: string | null = null) => ({
  calendar,
  uid,
  recurrenceId,
  status,
})
const shown = (...events: ReturnType<typeof at>[]): string[] =>
  shownOnce(events, calendars, { id: 'igor' }).map(({ calendar }) => calendar)

describe('a meeting that stands in several calendars', () => {
  it('is shown once where one of them is the person’s own, wherever it stands in the list', () => {
    expect(shown(at('annas', 'm'), at('mine', 'm'), at('olgas', 'm'))).toEqual(['mine'])
  })

  it('leaves out what was subscribed to, which nobody can answer', () => {
    expect(shown(at('subscribed', 'm'), at('mine', 'm'))).toEqual(['mine'])
  })

  it('is looked at occurrence by occurrence', () => {
    const [first, second] = ['2026-11-24T10:00:00', '2026-11-25T10:00:00']
    expect(shown(at('annas', 'm', first), at('annas', 'm', second), at('mine', 'm', second))).toEqual(['annas', 'mine'])
  })

  it('stands where it goes on without the person, beside their cancelled copy', () => {
    expect(shown(at('annas', 'm'), at('mine', 'm', null, 'CANCELLED'))).toEqual(['annas', 'mine'])
  })

  it('stands in each calendar of others while no own one has it, and in each own one', () => {
    expect(shown(at('annas', 'm'), at('olgas', 'm'), at('mine', 'other'))).toEqual(['annas', 'olgas', 'mine'])
    expect(shown(at('mine', 'm'), at('mine too', 'm'))).toEqual(['mine', 'mine too'])
  })
})
