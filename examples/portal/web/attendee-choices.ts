import type { FoundPerson, Person } from './api.ts'
import type { Invited } from './event-draft.ts'

/** What the field of attendees offers: one person, room or address, or everybody in a group. */
export interface Choice {
  readonly key: string
  readonly name: string
  /** What else names it, or tells what a press adds. */
  readonly kind: 'person' | 'group' | 'room' | 'resource' | 'address'
  readonly email: string
  /** Who is invited by it: of a group those who are not yet. */
  readonly invited: readonly Invited[]
  /** Members of the group to whom no invitation can go, as they have no address. */
  readonly without: readonly string[]
}

const kinds = { individual: 'person', group: 'group', room: 'room', resource: 'resource' } as const
const fold = (email: string): string => email.toLowerCase()
const invitedOf = ({ name, email, kind }: Person): Invited => ({ name, email, kind: kinds[kind] })

/** A group stands for its members, each of whom answers for themselves: also one that has an address of its own. */
const groupChoice = ({ id, name, email, members }: FoundPerson, taken: ReadonlySet<string>): Choice => ({
  key: id,
  name,
  kind: 'group',
  email,
  invited: (members ?? []).filter((one) => one.email !== '' && !taken.has(fold(one.email))).map(invitedOf),
  without: (members ?? []).filter((one) => one.email === '').map((one) => one.name),
})

/**
 * What is offered for what was found and typed, at most `limit` of those found.
 *
 * @param taken addresses that are invited or organize, lower case
 * @param typed addresses in the text; one alone is offered as it is
 */
export const attendeeChoices = (
  found: readonly FoundPerson[],
  typed: readonly Invited[] | null,
  taken: ReadonlySet<string>,
  limit: number,
): readonly Choice[] => {
  const known = found
    .filter(({ kind, email }) => kind === 'group' || (email !== '' && !taken.has(fold(email))))
    .slice(0, limit)
    .map(
      (one): Choice =>
        one.kind === 'group'
          ? groupChoice(one, taken)
          : {
              key: one.id,
              name: one.name,
              kind: kinds[one.kind],
              email: one.email,
              invited: [invitedOf(one)],
              without: [],
            },
    )
  const isKnown = (email: string): boolean =>
    found.some((one) => one.kind !== 'group' && fold(one.email) === fold(email))
  const addresses = typed?.length === 1 ? typed : []
  return [
    ...known,
    ...addresses
      .filter(({ email }) => !taken.has(fold(email)) && !isKnown(email))
      .map((one): Choice => {
        const { name = '', email } = one
        return { key: email, name, kind: 'address', email, invited: [one], without: [] }
      }),
  ]
}
