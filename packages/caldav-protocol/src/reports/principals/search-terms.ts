import type { PrincipalInfo } from '@dayport/core'
import type { ClarkName } from '@dayport/core/xml'
import type { Exchange } from '../../exchange.ts'
import { userTypes } from '../../properties/principal.ts'
import { principalHref } from '../../resources.ts'
import { cal, cs, dav } from '../../wire/names.ts'

/** How a text is looked for in a value; without regard to case. `contains` is RFC 3744's own, the others calendarserver's. */
export type MatchType = 'contains' | 'starts-with' | 'ends-with' | 'equals'

/** A property by which people can be searched. */
interface Searchable {
  readonly text: string
  values(info: PrincipalInfo, x: Exchange): readonly string[]
}

/** RFC 3744 §9.5, with what Apple's programs ask by. */
export const searchable: ReadonlyMap<ClarkName, Searchable> = new Map<ClarkName, Searchable>([
  [dav('displayname'), { text: 'Name', values: ({ displayName }) => [displayName] }],
  [cs('first-name'), { text: 'First name', values: ({ displayName }) => displayName.split(/\s+/).slice(0, 1) }],
  [cs('last-name'), { text: 'Last name', values: ({ displayName }) => displayName.split(/\s+/).slice(1) }],
  [cs('email-address-set'), { text: 'E-mail address', values: ({ emails }) => emails }],
  [
    cal('calendar-user-address-set'),
    {
      text: 'Calendar user address',
      values: (info, x) => [...info.emails.map((email) => `mailto:${email}`), principalHref(x, info)],
    },
  ],
  [cal('calendar-user-type'), { text: 'Kind of calendar user', values: ({ kind }) => [userTypes[kind]] }],
])

/** One thing that is asked of a principal: every property must hold the text. */
export interface Term {
  readonly properties: readonly ClarkName[]
  readonly text: string
  readonly match: MatchType
}

const fold = (text: string): string => text.normalize('NFC').toLowerCase()

/** Whether a principal fits a term. A property that cannot be searched holds nothing. */
export const fits = (x: Exchange, info: PrincipalInfo, { properties, text, match }: Term): boolean => {
  const wanted = fold(text)
  return properties.every((name) => {
    const values = searchable.get(name)?.values(info, x) ?? []
    return values.some((value) => matches(fold(value), wanted, match))
  })
}

const matches = (value: string, wanted: string, match: MatchType): boolean => {
  switch (match) {
    case 'contains':
      return value.includes(wanted)
    case 'starts-with':
      return value.startsWith(wanted)
    case 'ends-with':
      return value.endsWith(wanted)
    case 'equals':
      return value === wanted
  }
}

/** What the host's own search is asked for: a text that each fitting principal's name, login or address holds; `''` for any. */
export const hostText = ({ properties, text }: Term): string => {
  if (properties.includes(cal('calendar-user-type'))) return ''
  if (properties.includes(cal('calendar-user-address-set'))) {
    // An address may be given with its scheme, or be that of the principal itself.
    if (text.includes('/')) return ''
    return text.toLowerCase().startsWith('mailto:')
      ? text.slice(7)
      : /^m(a(i(l(t(o:?)?)?)?)?)?$/i.test(text)
        ? ''
        : text
  }
  return text
}
