import { type StatusText, type SyncStatus, textOfStatus } from '@dayport/sync-engine'
import type { Person } from '../accounts/people.ts'
import type { Exchange } from './exchange.ts'

const noProblems = { quarantined: 0, unsupported: 0, conflicts: 0 }

/** The facts of a state, in one shape for all of them. */
const factsOf = (status: SyncStatus) => ({
  done: status.state === 'syncing' ? status.done : null,
  total: status.state === 'syncing' ? status.total : null,
  kind: status.state === 'error' ? status.kind : null,
  sinceMs: status.state === 'error' ? status.sinceMs : null,
  pausedUntilMs: status.state === 'error' ? status.pausedUntilMs : null,
  lastSuccessMs: 'lastSuccessMs' in status ? status.lastSuccessMs : null,
  lastChanges: status.state === 'connected' ? status.lastChanges : null,
  waiting: status.state === 'error' ? status.waiting : null,
  code: status.state === 'error' ? status.code : null,
  requestId: status.state === 'error' ? status.requestId : null,
  problems: 'problems' in status ? status.problems : noProblems,
})

/** A person's state as the API tells it, with its words in the language of the one who asks. */
export const exchangeStateOf = async (
  exchange: Exchange,
  person: Person,
  { locale, timeZone }: Pick<Person, 'locale' | 'timeZone'>,
  nowMs: number,
) => {
  const isTheirs = await exchange.isFor(person.id)
  const binding = isTheirs ? await exchange.bindingOf(person.id) : null
  const status: SyncStatus = isTheirs ? await exchange.sync.status(binding?.id ?? null) : { state: 'not-available' }
  const words: StatusText = textOfStatus(status, { language: locale, nowMs, timeZone })
  return {
    state: status.state,
    mailbox: isTheirs ? exchange.mailboxOf(person) : null,
    calendar: binding?.calendar ?? null,
    ...factsOf(status),
    ...words,
  }
}
