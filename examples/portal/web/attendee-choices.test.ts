import { describe, expect, it } from 'vitest'
import type { FoundPerson } from './api.ts'
import { attendeeChoices } from './attendee-choices.ts'

const person = (login: string, email = `${login}@example.com`) => ({
  id: login,
  login,
  name: login,
  email,
  kind: 'individual' as const,
})
const group = (login: string, ...members: FoundPerson[]): FoundPerson => ({
  ...person(login, ''),
  kind: 'group',
  members: members.map(({ members: _, ...one }) => one),
})
const offered = (found: readonly FoundPerson[], taken: readonly string[] = [], typed: string | null = null) =>
  attendeeChoices(found, typed === null ? null : [{ email: typed, name: '' }], new Set(taken), 8).map(
    ({ key, invited }) => [key, invited.map(({ email }) => email)],
  )

describe('what the field of attendees offers', () => {
  it('are people with an address who are not there yet, and an address as it was typed', () => {
    expect(offered([person('anna'), person('nemo', '')], ['igor@example.com'])).toEqual([
      ['anna', ['anna@example.com']],
    ])
    expect(offered([person('anna')], ['anna@example.com'])).toEqual([])
    expect(offered([person('anna')], [], 'Anna@Example.com')).toEqual([['anna', ['anna@example.com']]])
    expect(offered([], [], 'guest@other.example')).toEqual([['guest@other.example', ['guest@other.example']]])
  })

  it('are groups, also without an address, for those of their members who are not there yet', () => {
    const sales = group('sales', person('anna'), person('igor'), person('nemo', ''))
    expect(offered([sales], ['anna@example.com'])).toEqual([['sales', ['igor@example.com']]])
    expect(attendeeChoices([sales], null, new Set(), 8)[0]).toMatchObject({ kind: 'group', without: ['nemo'] })
    // An address of its own is the group's, and is not invited in place of its members.
    expect(offered([{ ...sales, email: 'sales@example.com' }])[0]![1]).toEqual(['anna@example.com', 'igor@example.com'])
    expect(offered([group('empty')])).toEqual([['empty', []]])
  })
})
