import type {
  Advice,
  AdviceLink,
  AdviceLinkKind,
  AdviceNote,
  AdviceStep,
  AdviceValue,
  Door,
  Program,
  SetupInput,
  ValueKind,
} from './advice.ts'
import { davx5Link, isPlainHttp, portOf, serverOf, webcalLink } from './links.ts'
import { richText } from './rich-text.ts'
import type { StepText, Texts } from './texts.ts'
import { en } from './texts-en.ts'
import { ru } from './texts-ru.ts'

const texts: Readonly<Record<SetupInput['language'], Texts>> = { ru, en }

/** Whose menus the steps follow. They come from the makers' documents; `asOf` is the day on which the words were written down. */
const menus: Readonly<Record<Program, string>> = {
  iphone: 'iOS 10–26',
  'iphone-old': 'iOS 4–9',
  mac: 'macOS 12–26',
  android: 'DAVx⁵ 4.x',
  thunderbird: 'Thunderbird 102–140',
  sunbird: 'Sunbird 1.0',
  evolution: 'Evolution 3.x',
  outlook: 'Outlook 2007–2024',
  'outlook-internet': 'Outlook 2007–2024',
  google: 'Google Calendar',
  'apple-subscription': 'iOS 16–26, macOS 12–26',
  other: 'CalDAV',
}
const menusAsOf = '2026-11-26'

/** The door that a program comes by. */
export const doorOf = (program: Program): Door => {
  if (program === 'outlook') return 'outlook'
  return program === 'outlook-internet' || program === 'google' || program === 'apple-subscription' ? 'feed' : 'caldav'
}

/** A program's name for a list of choices. */
export const programTitle = (program: Program, language: SetupInput['language']): string =>
  texts[language].programs[program].title

const secrets: ReadonlySet<ValueKind> = new Set(['password', 'feed'])

/** Which address is the direct one differs: DAVx⁵ and Evolution look around from the root, old iOS wants the principal. */
const directAddress = (program: Program, input: SetupInput): string =>
  program === 'iphone-old' ? input.principalUrl : input.caldavUrl

const givenValue = (kind: ValueKind, program: Program, input: SetupInput): string | null => {
  switch (kind) {
    case 'server':
      return serverOf(input.caldavUrl)
    case 'port':
      return portOf(input.caldavUrl)
    case 'login':
      return input.login
    case 'password':
      return input.password ?? null
    case 'address':
      return directAddress(program, input)
    case 'calendar-address':
      return input.calendarUrl ?? null
    case 'feed':
      return input.feedUrl ?? null
    case 'folder':
      return input.outlook?.folder ?? null
  }
}

const hrefOf = (kind: AdviceLinkKind, input: SetupInput): string | null => {
  switch (kind) {
    case 'outlook':
      return input.outlook?.link ?? null
    case 'davx5':
      return davx5Link(input.caldavUrl, input.login)
    case 'google-play':
      return 'https://play.google.com/store/apps/details?id=at.bitfire.davdroid'
    case 'f-droid':
      return 'https://f-droid.org/packages/at.bitfire.davdroid/'
    case 'webcal':
      return input.feedUrl ? webcalLink(input.feedUrl) : null
    case 'file':
      return input.feedUrl ?? null
    case 'profile':
      return input.profileUrl ?? null
  }
}

/**
 * How a program is connected: notes, numbered steps and the values to copy, in the order in which a person needs them. Values and links
 * that are not made yet are `null` or left out; ask again when they are.
 *
 * @throws {TypeError} when an address is not http or https.
 */
export const adviceFor = (program: Program, input: SetupInput): Advice => {
  const words = texts[input.language]
  const { title, notes = [], steps } = words.programs[program]
  const door = doorOf(program)
  const named = {
    host: serverOf(input.caldavUrl),
    port: portOf(input.caldavUrl),
    login: input.login,
    folder: input.outlook?.folder ?? '',
  }
  const value = (kind: ValueKind): AdviceValue => ({
    kind,
    label: words.values[kind],
    value: givenValue(kind, program, input),
    secret: secrets.has(kind),
  })
  const linksOf = (kinds: readonly AdviceLinkKind[]): readonly AdviceLink[] =>
    kinds.flatMap((kind) => {
      const href = hrefOf(kind, input)
      return href === null ? [] : [{ kind, label: words.links[kind], href }]
    })
  const step = ({ text, hint, values = [], links = [] }: StepText): AdviceStep => ({
    text: richText(text, named),
    hint: hint === undefined ? null : richText(hint, named),
    values: values.map(value),
    links: linksOf(links),
  })
  const info = (text: string): AdviceNote => ({ kind: 'info', text: richText(text, named) })
  const plain = isPlainHttp(door === 'feed' && input.feedUrl ? input.feedUrl : input.caldavUrl)
  const found: AdviceNote[] = plain ? [{ kind: 'warn', text: richText(words.plainHttp) }] : []
  found.push(...notes.map(info))
  if (door === 'outlook' && input.outlook) {
    found.push(info(words.folder))
    if (input.outlook.readOnly) found.push(info(words.readOnlyFolder))
  }
  if (door === 'feed') found.push(info(words.feedReadOnly))
  const whole: readonly AdviceLinkKind[] =
    program === 'iphone' || program === 'mac' ? ['profile'] : door === 'feed' ? ['webcal', 'file'] : []
  return {
    program,
    language: input.language,
    door,
    title,
    notes: found,
    steps: steps.map(step),
    links: linksOf(whole),
    menus: { versions: menus[program], asOf: menusAsOf },
  }
}
