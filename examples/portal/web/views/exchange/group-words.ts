import type { Texts } from '../../texts/index.ts'

/** What people look at first; `told` of a conflict's groups, and the rest behind. */
const told = ['title', 'time', 'place', 'body', 'people']

/** Groups in the order in which a person reads an event. */
export const inOrder = (groups: readonly string[]): readonly string[] => [
  ...told.filter((group) => groups.includes(group)),
  ...groups.filter((group) => !told.includes(group)),
]

/** The name of a group of fields, for a person. */
export const groupName = ({ exchange, locale }: Texts, group: string): string => {
  if (group.startsWith('exception:')) {
    const day = group.slice('exception:'.length, 'exception:'.length + 10)
    const atMs = Date.parse(`${day}T00:00:00Z`)
    const words = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', timeZone: 'UTC' })
    return exchange.exception(Number.isNaN(atMs) ? day : words.format(atMs))
  }
  return exchange.groups[group] ?? group.replace(/^prop:/, '')
}

const moment = (text: string, locale: string): string => {
  const atMs = Date.parse(text)
  if (Number.isNaN(atMs)) return text
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text)
  return new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    ...(isDay ? { timeZone: 'UTC' } : { hour: '2-digit', minute: '2-digit' }),
  }).format(atMs)
}

const isMoment = (text: string): boolean => /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:\.\d+)?Z?)?$/.test(text)

/** Start and end of a canonical time: `zone local`, an instant or a day, then `3600s` or `2d`; rules come behind. */
const timeWords = (value: string, locale: string): string => {
  const [start = '', length = '', ...rules] = value.split('\n')
  const [, local = start] = /(\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?)/.exec(start) ?? []
  const seconds = /^(\d+)s/.exec(length)?.[1]
  const isWall = local.includes('T') && !local.endsWith('Z')
  const zone = isWall ? { timeZone: 'UTC' } : {}
  const startMs = Date.parse(isWall ? `${local}Z` : local)
  if (Number.isNaN(startMs)) return value
  const end =
    seconds === undefined
      ? ''
      : `–${new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', ...zone }).format(startMs + Number(seconds) * 1000)}`
  const shown = local.includes('T')
    ? new Intl.DateTimeFormat(locale, {
        weekday: 'short',
        day: 'numeric',
        month: 'long',
        hour: '2-digit',
        minute: '2-digit',
        ...zone,
      }).format(startMs)
    : moment(local, locale)
  return [`${shown}${end}`, ...rules].join(' · ')
}

const listOf = (value: string): readonly string[] => {
  const list: unknown = JSON.parse(value)
  return Array.isArray(list) ? list.map(String) : [value]
}

/** `mailto:a@b.c PARTSTAT=…`, `ORGANIZER mailto:…`: the addresses. */
const peopleWords = (value: string): string =>
  listOf(value)
    .filter((line) => !line.startsWith('ORGANIZER '))
    .map((line) => line.replace(/^mailto:/, '').replace(/ .*/, ''))
    .join(', ')

/** `DISPLAY -15`: minutes after the start. */
const alarmWords = ({ grid }: Texts, value: string): string =>
  listOf(value)
    .map((line) => {
      const minutes = -Number(line.split(' ')[1])
      if (Number.isNaN(minutes)) return line
      return minutes === 0 ? grid.reminderAt : minutes < 0 ? grid.reminderAfter : grid.reminderBefore(minutes)
    })
    .join(', ')

/** `TRANSPARENT/STATUS/BUSYSTATUS`, what is usual left out. */
const busyWords = ({ grid, cancelled }: Texts, value: string): string => {
  if (value.includes('CANCELLED')) return cancelled
  const { free, tentative, away, busy } = grid.busyStates
  if (value.includes('TRANSPARENT')) return free
  return value.includes('TENTATIVE') ? tentative : value.includes('OOF') ? away : busy
}

/** What a canonical value says, for a person: its texts one after another, moments as such. */
export const valueWords = (texts: Texts, group: string, value: string | null): string => {
  const { exchange, locale } = texts
  if (group === 'show-as') return busyWords(texts, value ?? '')
  if (value === null || value === '') return exchange.nothing
  if (group === 'time') return timeWords(value, locale)
  if (group === 'people') return peopleWords(value)
  if (group === 'alarm') return alarmWords(texts, value)
  if (group === 'privacy') return texts.privateMark
  const said: string[] = []
  const look = (part: unknown): void => {
    if (typeof part === 'string') {
      if (part !== '') said.push(isMoment(part) ? moment(part, locale) : part)
    } else if (typeof part === 'number') said.push(String(part))
    else if (Array.isArray(part)) for (const one of part) look(one)
    else if (typeof part === 'object' && part !== null) for (const one of Object.values(part)) look(one)
  }
  try {
    look(JSON.parse(value))
  } catch {
    return value
  }
  return said.length === 0 ? value : said.join(', ')
}

/** When an event is, on this browser's clock. */
export const spanWords = (
  {
    allDay,
    start,
    startMs,
    endMs,
  }: { readonly allDay: boolean; readonly start: string; readonly startMs: number; readonly endMs: number },
  locale: string,
): string => {
  if (allDay) return moment(start, locale)
  const words = new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
  })
  return `${words.format(startMs)}–${new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(endMs)}`
}
