import type { SyncClock } from '../state/records.ts'
import type { SyncStatus } from './status.ts'

export type SyncLanguage = 'ru' | 'en'

export interface TextOptions {
  readonly language: SyncLanguage
  readonly nowMs: number
  /** IANA name, for clock times. Default: UTC. */
  readonly timeZone?: string
  /** What the other side is called. Default: Exchange. */
  readonly name?: string
}

/** What to show about a status: a sentence, what lies behind it, and what to do; '' where there is nothing to say. */
export interface StatusText {
  readonly text: string
  readonly hint: string
  readonly remedy: string
}

const minute = 60_000
const day = 86_400_000

/** Relative to a minute, then a clock time, then a date. */
export const formatWhen = (atMs: number, { language, nowMs, timeZone = 'UTC' }: TextOptions): string => {
  const minutes = Math.floor((nowMs - atMs) / minute)
  if (minutes < 1) return language === 'ru' ? 'только что' : 'just now'
  if (minutes < 60) {
    return new Intl.RelativeTimeFormat(language, { style: 'long' }).format(-minutes, 'minute')
  }
  return nowMs - atMs < day ? formatTime(atMs, language, timeZone) : formatDate(atMs, language, timeZone)
}

const formatTime = (atMs: number, language: SyncLanguage, timeZone: string): string =>
  new Intl.DateTimeFormat(language === 'ru' ? 'ru' : 'en-GB', { hour: '2-digit', minute: '2-digit', timeZone }).format(
    atMs,
  )

const formatDate = (atMs: number, language: SyncLanguage, timeZone: string): string =>
  new Intl.DateTimeFormat(language === 'ru' ? 'ru' : 'en-GB', { day: 'numeric', month: 'long', timeZone }).format(atMs)

/** A clock time of today, else the date with it. */
const formatAt = (atMs: number, { language, nowMs, timeZone = 'UTC' }: TextOptions): string =>
  Math.abs(nowMs - atMs) < day
    ? formatTime(atMs, language, timeZone)
    : `${formatDate(atMs, language, timeZone)}, ${formatTime(atMs, language, timeZone)}`

type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string }

const plural = (language: SyncLanguage, n: number, forms: Forms): string =>
  (forms[new Intl.PluralRules(language).select(n)] ?? forms.other).replace('#', String(n))

const askAdmin: Readonly<Record<SyncLanguage, string>> = {
  ru: 'Обратитесь к администратору портала.',
  en: 'Please ask the portal administrator.',
}

const shrunkText = (language: SyncLanguage, deleted: number, shrunk: number): string => {
  const series =
    language === 'ru'
      ? `убрала бы большинство повторений ${plural('ru', shrunk, { one: '# серии', other: '# серий' })}`
      : `take most occurrences out of ${shrunk} series`
  if (deleted === 0) return series
  return language === 'ru'
    ? `удалила бы ${plural('ru', deleted, { one: '# событие', few: '# события', many: '# событий', other: '# события' })} и ${series}`
    : `delete ${plural('en', deleted, { one: '# event', other: '# events' })} and ${series}`
}

/** The words of the page brief, keys `ex.*`, and of their kind where it has none. */
export const textOfStatus = (status: SyncStatus, options: TextOptions): StatusText => {
  const ru = options.language === 'ru'
  const name = options.name ?? 'Exchange'
  switch (status.state) {
    case 'not-available':
      return { text: '', hint: '', remedy: '' }
    case 'not-configured':
      return {
        text: ru ? `${name} включён, но не настроен` : `${name} is on but not set up`,
        hint: ru
          ? `Календари с ${name} пока не обмениваются. Обратитесь к администратору портала.`
          : `Calendars are not synced with ${name} yet. Ask the portal administrator.`,
        remedy: ru ? 'Настроить' : 'Set up',
      }
    case 'syncing':
      return {
        text: ru ? `Синхронизация: ${status.done} из ${status.total}` : `Syncing: ${status.done} of ${status.total}`,
        hint: '',
        remedy: ru ? 'Остановить' : 'Stop',
      }
    case 'connected': {
      const when = formatWhen(status.lastSuccessMs, options)
      const hint = ru
        ? `Календари обновляются сами. Последний раз ${when}: ${changesText(status.lastChanges, 'ru')}.`
        : `Your calendars update by themselves. Last time ${when}: ${changesText(status.lastChanges, 'en')}.`
      return {
        text: ru ? `${name} подключён · ${when}` : `${name} connected · ${when}`,
        hint: joined(hint, clockText(status.clock, options.language, name)),
        remedy: ru ? 'Синхронизировать' : 'Sync now',
      }
    }
    default:
      return {
        ...errorText(status, options, name),
        hint: joined(problemsText(status.problems, options.language), clockText(status.clock, options.language, name)),
      }
  }
}

const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ')

/** That nothing is decided by time, in whole minutes, hours or days; '' where the clocks agree. */
const clockText = (clock: SyncClock | null, language: SyncLanguage, name: string): string => {
  if (clock === null) return ''
  const minutes = Math.round(Math.abs(clock.offsetMs) / minute)
  const [n, unit] =
    minutes < 60
      ? [minutes, 'minute']
      : minutes < 1_440
        ? [Math.round(minutes / 60), 'hour']
        : [Math.round(minutes / 1_440), 'day']
  const long = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(n)
  return language === 'ru'
    ? `Часы портала и ${name} расходятся (${long}), поэтому по времени ничего не решается. ${askAdmin.ru}`
    : `The clocks of the portal and ${name} differ (${long}), so nothing is decided by time. ${askAdmin.en}`
}

const changesText = (n: number, language: SyncLanguage): string => {
  if (n === 0) return language === 'ru' ? 'изменений нет' : 'no changes'
  return language === 'ru'
    ? plural('ru', n, { one: '# изменение', few: '# изменения', many: '# изменений', other: '# изменений' })
    : plural('en', n, { one: '# change', other: '# changes' })
}

/** How many events were set aside; '' when none was. */
export const problemsText = (
  { quarantined, unsupported }: { readonly quarantined: number; readonly unsupported: number },
  language: SyncLanguage,
): string => {
  const n = quarantined + unsupported
  if (n === 0) return ''
  return language === 'ru'
    ? plural('ru', n, {
        one: '# событие не перенесено',
        few: '# события не перенесены',
        many: '# событий не перенесено',
        other: '# события не перенесено',
      })
    : plural('en', n, { one: '# event was not synced', other: '# events were not synced' })
}

/** Codes of Node and OpenSSL for a certificate that is not trusted. */
const certificateCode = /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/

/** What answers at the address instead, where that is known; `null`: nobody knows. */
const configurationText = (
  code: string | null,
  language: SyncLanguage,
  name: string,
): Pick<StatusText, 'text' | 'remedy'> | null => {
  const ru = language === 'ru'
  if (certificateCode.test(code ?? '')) {
    return {
      text: ru ? `Сертификату сервера ${name} нет доверия.` : `The ${name} server’s certificate is not trusted.`,
      remedy: ru
        ? 'Проверьте, не истёк ли сертификат и выдан ли он на этот адрес. Пока это не исправлено, ничего не передаётся.'
        : 'Check whether it has expired and was issued for this address. Until that is mended nothing is sent.',
    }
  }
  if (code === 'WebPage' || code === 'Redirect') {
    return {
      text: ru
        ? `По заданному адресу отвечает не ${name}, а веб-страница.`
        : `A web page answers at the given address, not ${name}.`,
      remedy: ru
        ? 'Проверьте адрес сервера: перед ним может стоять страница входа.'
        : 'Check the server address: a sign-in page may stand in front of it.',
    }
  }
  if (code === 'EwsSwitchedOff') {
    return {
      text: ru ? 'Exchange Online больше не принимает EWS.' : 'Exchange Online no longer takes EWS.',
      remedy: ru ? 'Выберите Exchange Online (Graph) в настройках.' : 'Choose Exchange Online (Graph) in the settings.',
    }
  }
  return null
}

const errorText = (
  status: Extract<SyncStatus, { state: 'error' }>,
  options: TextOptions,
  name: string,
): Pick<StatusText, 'text' | 'remedy'> => {
  const { language } = options
  const ru = language === 'ru'
  const since = formatAt(status.sinceMs, options)
  const again = status.pausedUntilMs === null ? null : formatAt(status.pausedUntilMs, options)
  switch (status.kind) {
    case 'credentials':
      return {
        text: ru ? `${name} не принял вход портала.` : `${name} refused the portal’s sign-in.`,
        remedy: ru
          ? 'Проверьте имя и пароль служебной записи и сохраните их заново.'
          : 'Check the service account’s name and password, and save them again.',
      }
    case 'rights':
      return {
        text: ru ? 'Портал не допущен к вашему ящику.' : 'The portal may not open your mailbox.',
        remedy: ru
          ? 'Дайте служебной записи право на этот ящик.'
          : 'Give the service account the right to this mailbox.',
      }
    case 'mailbox':
      return {
        text: ru ? `${name} не знает этого ящика.` : `${name} does not know this mailbox.`,
        remedy: ru
          ? 'Проверьте имя ящика. Если его перенесли, запустите поиск сервера ещё раз.'
          : 'Check the mailbox name. If it was moved, run the search for its server again.',
      }
    case 'configuration':
      return (
        configurationText(status.code, language, name) ?? {
          text: ru
            ? `По заданному адресу нет календаря ${name}.`
            : `There is no ${name} calendar at the given address.`,
          remedy: ru ? 'Проверьте адрес сервера и календарь.' : 'Check the server address and the calendar.',
        }
      )
    case 'throttled':
      return {
        text: ru
          ? again === null
            ? `${name} просил подождать: сейчас продолжим`
            : `${name} просит подождать: продолжим в ${again}`
          : again === null
            ? `${name} asked us to wait: we go on now`
            : `${name} asked us to wait: we go on at ${again}`,
        remedy: '',
      }
    case 'confirmation': {
      const n = (status.waiting?.deletePortal ?? 0) + (status.waiting?.deleteRemote ?? 0)
      const created = (status.waiting?.createPortal ?? 0) + (status.waiting?.createRemote ?? 0)
      if (n === 0) {
        return {
          text: ru
            ? `Синхронизация создала бы ${plural('ru', created, { one: '# событие', few: '# события', many: '# событий', other: '# события' })}. Мы остановились: проверьте, так ли надо.`
            : `Sync would create ${plural('en', created, { one: '# event', other: '# events' })}. We stopped: please check that this is right.`,
          remedy: ru ? 'Подтвердить' : 'Confirm',
        }
      }
      const shrunk = status.waiting?.shrink ?? 0
      if (shrunk > 0) {
        const what = shrunkText(language, n - shrunk, shrunk)
        return {
          text: ru
            ? `Синхронизация ${what}. Мы остановились: проверьте, так ли надо.`
            : `Sync would ${what}. We stopped: please check that this is right.`,
          remedy: ru ? 'Подтвердить' : 'Confirm',
        }
      }
      return {
        text: ru
          ? `Синхронизация удалила бы ${plural('ru', n, { one: '# событие', few: '# события', many: '# событий', other: '# события' })}. Мы остановились: проверьте, так ли надо.`
          : `Sync would delete ${plural('en', n, { one: '# event', other: '# events' })}. We stopped: please check that this is right.`,
        remedy: ru ? 'Подтвердить' : 'Confirm',
      }
    }
    case 'internal':
      return { text: ru ? 'Что-то сломалось у нас.' : 'Something broke on our side.', remedy: askAdmin[language] }
    case 'late':
      return {
        text: ru ? `Синхронизации не было с ${since}.` : `There was no sync since ${since}.`,
        remedy: ru ? 'Синхронизировать' : 'Sync now',
      }
    default:
      return {
        text: ru
          ? `${name} не отвечает с ${since}. Повторим сами, ничего не потеряно.`
          : `No answer from ${name} since ${since}. We keep trying; nothing is lost.`,
        remedy: '',
      }
  }
}

const reasons: Readonly<Record<string, Readonly<Record<SyncLanguage, string>>>> = {
  unrepresentable: {
    ru: 'Другая сторона не умеет такие события.',
    en: 'The other side has no such events.',
  },
  rule: {
    ru: 'Другая сторона не умеет повторять так.',
    en: 'The other side cannot repeat like this.',
  },
  'too-many-singles': {
    ru: 'Другая сторона не умеет повторять так, а отдельных событий вышло бы больше 60.',
    en: 'The other side cannot repeat like this, and as single events it would be more than 60.',
  },
  'occurrence-order': {
    ru: 'Одно из повторений перенесено за соседнее: другая сторона так не умеет.',
    en: 'An occurrence was moved to or past its neighbour’s day, which the other side cannot have.',
  },
  'time-zone': {
    ru: 'Другая сторона не знает часового пояса этой серии.',
    en: 'The other side does not know the time zone of this series.',
  },
  mails: {
    ru: 'Exchange разослал бы письма участникам, а об этом никто не просил.',
    en: 'Exchange would mail the participants, and nobody asked for that.',
  },
  'ping-pong': {
    ru: 'Другая программа всё время меняет это событие обратно.',
    en: 'Another program keeps changing this event back.',
  },
  unreadable: {
    ru: 'Событие на другой стороне не читается.',
    en: 'The event cannot be read on the other side.',
  },
  forbidden: {
    ru: 'Это событие меняет только его организатор.',
    en: 'Only its organiser may change this event.',
  },
  organizer: {
    ru: 'Это событие меняет только его организатор.',
    en: 'Only its organiser may change this event.',
  },
  'read-only': {
    ru: 'Календарь на другой стороне открыт только для чтения.',
    en: 'The calendar on the other side can only be read.',
  },
  'join-block': {
    ru: 'В тексте события ссылка на онлайн-встречу, которую изменение стёрло бы.',
    en: 'The text holds the way into an online meeting, which the change would erase.',
  },
  'too-large': { ru: 'Событие слишком большое.', en: 'The event is too large.' },
}

/** Why an event was set aside, for a person; a reason that has no words of its own is told as the other side's refusal with its code. */
export const textOfReason = (reason: string, language: SyncLanguage): string =>
  reasons[reason]?.[language] ??
  (language === 'ru'
    ? `Другая сторона не приняла событие (${reason}).`
    : `The other side refused the event (${reason}).`)
