import { type StatusText, type SyncLanguage, type SyncStatus, textOfReason, textOfStatus } from '@dayport/sync-engine'
import type { Person } from '../accounts/people.ts'
import { factsOf } from '../exchange/state-json.ts'
import type { Joined } from './joined.ts'
import type { JoinedAccount, JoinedCalendar } from './joined-store.ts'
import { nameOfService, passwordServices } from './services.ts'

type Asker = Pick<Person, 'locale' | 'timeZone'>

const hasPassword = ({ service }: JoinedAccount): boolean => passwordServices.some((one) => one === service)

/** What the engine says of a mailbox that an administrator has set up, in the words of who has joined a calendar themselves. */
const ownWords = (
  status: SyncStatus,
  account: JoinedAccount,
  name: string,
  ru: boolean,
): Pick<StatusText, 'text' | 'remedy'> | null => {
  if (status.state === 'not-configured') {
    return {
      text: ru ? 'Внешние календари сейчас выключены' : 'Outside calendars are switched off at present',
      remedy: '',
    }
  }
  if (status.state !== 'error') return null
  switch (status.kind) {
    case 'credentials':
      if (hasPassword(account)) {
        return {
          text: ru
            ? `${name} не принял пароль. Ничего не потеряно: обмен продолжится с новым.`
            : `${name} refused the password. Nothing is lost: sync goes on with a new one.`,
          remedy: ru ? 'Ввести новый пароль' : 'Enter a new password',
        }
      }
      return {
        text: ru
          ? `${name} просит войти ещё раз. Ничего не потеряно: обмен продолжится после входа.`
          : `${name} asks you to sign in again. Nothing is lost: sync goes on afterwards.`,
        remedy: ru ? 'Войти ещё раз' : 'Sign in again',
      }
    case 'rights':
      return {
        text: ru
          ? `${name} не даёт работать с этим календарём.`
          : `${name} does not let this account use the calendar.`,
        remedy: ru
          ? 'Проверьте права на него или переключите обмен на «только сюда».'
          : 'Check the rights to it, or let changes come one way only.',
      }
    case 'mailbox':
    case 'configuration':
      return {
        text: ru
          ? `${name}: этого календаря больше нет на прежнем месте.`
          : `${name}: the calendar is not there any more.`,
        remedy: ru
          ? 'Отключите его и подключите заново. События в портале останутся.'
          : 'Switch it off and join it again. The events stay in the portal.',
      }
    default:
      return null
  }
}

/** Why an event was set aside; an outside calendar's service may mail people about it. */
export const reasonText = (reason: string, language: SyncLanguage): string => {
  // `forbidden` is how it was kept before each reason had a name.
  if (reason !== 'would-notify' && reason !== 'forbidden') return textOfReason(reason, language)
  return language === 'ru'
    ? 'У события есть участники: сервис разослал бы им письма. Поэтому портал его там не меняет.'
    : 'The event has attendees, whom the service would mail. So the portal does not change it there.'
}

/** How one joined calendar stands, with its words in the language of the one who asks. */
export const joinedCalendarJson = async (
  joined: Joined,
  join: JoinedCalendar,
  account: JoinedAccount,
  { locale, timeZone }: Asker,
  nowMs: number,
) => {
  const status = await joined.sync.status((await joined.bindingOf(join))?.id ?? null)
  const name = nameOfService(account.service, account.address)
  const words = textOfStatus(status, { language: locale, nowMs, timeZone, name })
  const { id, calendar, direction } = join
  return {
    id,
    account: account.id,
    service: name,
    mailbox: account.login,
    calendar,
    name: join.name,
    direction,
    state: status.state,
    ...factsOf(status),
    ...words,
    ...ownWords(status, account, name, locale === 'ru'),
  }
}

/** An account with its joined calendars. */
export const joinedAccountJson = async (joined: Joined, account: JoinedAccount, asker: Asker, nowMs: number) => {
  const joins = await joined.joinsOf(account)
  const calendars = await Promise.all(joins.map((join) => joinedCalendarJson(joined, join, account, asker, nowMs)))
  return {
    id: account.id,
    service: account.service,
    name: nameOfService(account.service, account.address),
    login: account.login,
    signedOut: calendars.some(({ kind }) => kind === 'credentials'),
    calendars,
  }
}
