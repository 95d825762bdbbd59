import { type StatusText, type SyncStatus, textOfStatus } from '@dayport/sync-engine'
import type { Person } from '../accounts/people.ts'
import type { Exchange } from './exchange.ts'
import { calendarJoined } from './remote-folder.ts'

const noProblems = { quarantined: 0, unsupported: 0, conflicts: 0 }

/** The facts of a state, in one shape for all of them. */
export const factsOf = (status: SyncStatus) => ({
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

/** To whom a mailbox is not theirs: nothing is said of whose it is. */
const takenWords: Readonly<Record<'ru' | 'en', StatusText>> = {
  ru: {
    text: 'Этот почтовый ящик Exchange уже подключён у другого человека',
    hint: 'Ваш календарь с Exchange не обменивается: тот же адрес ящика есть у другого человека на этом портале. Попросите администратора указать вам другой ящик.',
    remedy: '',
  },
  en: {
    text: 'Somebody else is connected to this Exchange mailbox',
    hint: 'Your calendar is not synced with Exchange: another person of this portal has the same mailbox address. Ask the administrator to give you another mailbox.',
    remedy: '',
  },
}

/** To whom joined the calendar of their mailbox by an account of their own. */
const joinedWords: Readonly<Record<'ru' | 'en', StatusText>> = {
  ru: {
    text: 'Календарь этого ящика уже подключён к порталу как внешний',
    hint: 'Два обмена с одним календарём мешали бы друг другу. Чтобы события шли через Exchange, отключите его в «Подключениях», в разделе «Внешние календари»: события останутся в портале. Или оставьте всё как есть.',
    remedy: '',
  },
  en: {
    text: 'The calendar of this mailbox is joined to the portal as an outside one already',
    hint: 'Two syncs of one calendar would get in each other’s way. To have it synced through Exchange, switch it off under “Outside calendars” in your connections: the events stay in the portal. Or leave all as it is.',
    remedy: '',
  },
}

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
  const taken = isTheirs && binding === null ? await exchange.takenBy(person) : null
  const isJoined = taken === 'joined' || (status.state === 'error' && status.code === calendarJoined)
  const words: StatusText = isJoined
    ? joinedWords[locale]
    : taken === 'another'
      ? takenWords[locale]
      : textOfStatus(status, { language: locale, nowMs, timeZone })
  return {
    state: status.state,
    mailbox: isTheirs ? exchange.mailboxOf(person) : null,
    calendar: binding?.calendar ?? null,
    webMail: isTheirs ? exchange.webMail() : null,
    ...factsOf(status),
    ...(isJoined ? { kind: 'calendar-joined' } : taken === 'another' ? { kind: 'mailbox-taken' } : {}),
    ...words,
  }
}
