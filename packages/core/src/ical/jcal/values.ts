import { textValue, unescapeText } from '../text/values-text.ts'
import type { JcalRulePart, JcalValue } from './types.ts'

/** A simple value in both its forms; each answers `null` for what the type does not have. RFC 7265 §3.6. */
interface Form {
  /** From iCalendar's text. */
  read(text: string): JcalValue | null
  /** To iCalendar's text. */
  write(value: unknown): string | null
}

/** A text in one shape and its rewriting into another. */
const shaped = (from: RegExp, to: string, back: RegExp, again: string): Form => ({
  read: (text) => (from.test(text) ? text.replace(from, to) : null),
  write: (value) => (typeof value === 'string' && back.test(value) ? value.replace(back, again) : null),
})

const verbatim: Form = {
  read: (text) => text,
  write: (value) => (typeof value === 'string' ? value : null),
}

const number = (shape: RegExp): Form => ({
  read: (text) => (shape.test(text) ? Number(text) : null),
  write: (value) => (typeof value === 'number' && shape.test(String(value)) ? String(value) : null),
})

const date = shaped(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3', /^(\d{4})-(\d\d)-(\d\d)$/, '$1$2$3')

const dateTime = shaped(
  /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)$/,
  '$1-$2-$3T$4:$5:$6$7',
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(Z?)$/,
  '$1$2$3T$4$5$6$7',
)

const duration = shaped(/^([+-]?P[\dDWTHMS]+)$/, '$1', /^([+-]?P[\dDWTHMS]+)$/, '$1')

/** Seconds are rare and optional: two shapes. */
const offset: Form = {
  read: (text) => shortOffset.read(text) ?? longOffset.read(text),
  write: (value) => shortOffset.write(value) ?? longOffset.write(value),
}
const shortOffset = shaped(/^([+-]\d\d)(\d\d)$/, '$1:$2', /^([+-]\d\d):(\d\d)$/, '$1$2')
const longOffset = shaped(/^([+-]\d\d)(\d\d)(\d\d)$/, '$1:$2:$3', /^([+-]\d\d):(\d\d):(\d\d)$/, '$1$2$3')

const period: Form = {
  read: (text) => {
    const [from = '', to = '', ...more] = text.split('/')
    const start = dateTime.read(from)
    const end = dateTime.read(to) ?? duration.read(to)
    return typeof start === 'string' && typeof end === 'string' && more.length === 0 ? [start, end] : null
  },
  write: (value) => {
    if (!Array.isArray(value) || value.length !== 2) return null
    const start = dateTime.write(value[0])
    const end = dateTime.write(value[1]) ?? duration.write(value[1])
    return start === null || end === null ? null : `${start}/${end}`
  },
}

const boolean: Form = {
  read: (text) => (text === 'TRUE' ? true : text === 'FALSE' ? false : null),
  write: (value) => (value === true ? 'TRUE' : value === false ? 'FALSE' : null),
}

/** RFC 7265 §3.6.10: parts by lower-case name, whole numbers as numbers, lists as arrays, UNTIL as a date or a date-time. */
const recur: Form = {
  read: (text) => {
    const rule: Record<string, JcalRulePart> = {}
    for (const part of text.split(';')) {
      const equals = part.indexOf('=')
      const name = part.slice(0, Math.max(0, equals)).toLowerCase()
      if (!/^[a-z][a-z-]*$/.test(name) || Object.hasOwn(rule, name)) return null
      const value = part.slice(equals + 1)
      if (name === 'until') {
        const until = date.read(value) ?? dateTime.read(value)
        if (typeof until !== 'string') return null
        rule[name] = until
      } else {
        const items = value.split(',').map((item) => (/^-?(?:0|[1-9]\d{0,14})$/.test(item) ? Number(item) : item))
        rule[name] = items.length === 1 ? (items[0] ?? '') : items
      }
    }
    return rule
  },
  write: (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
    const parts: string[] = []
    for (const [name, part] of Object.entries(value)) {
      if (!/^[a-z][a-z-]*$/i.test(name)) return null
      const items: unknown[] = Array.isArray(part) ? part : [part]
      const texts = items.map((item) =>
        name === 'until'
          ? (date.write(item) ?? dateTime.write(item))
          : typeof item === 'number' || (typeof item === 'string' && /^[\w+-]*$/.test(item))
            ? String(item)
            : null,
      )
      if (texts.includes(null)) return null
      parts.push(`${name.toUpperCase()}=${texts.join(',')}`)
    }
    return parts.length === 0 ? null : parts.join(';')
  },
}

const text: Form = {
  read: unescapeText,
  write: (value) => (typeof value === 'string' ? textValue(value) : null),
}

const forms: ReadonlyMap<string, Form> = new Map([
  ['text', text],
  ['date', date],
  ['date-time', dateTime],
  ['time', shaped(/^(\d\d)(\d\d)(\d\d)(Z?)$/, '$1:$2:$3$4', /^(\d\d):(\d\d):(\d\d)(Z?)$/, '$1$2$3$4')],
  ['duration', duration],
  ['period', period],
  ['recur', recur],
  ['utc-offset', offset],
  ['boolean', boolean],
  ['integer', number(/^-?(?:0|[1-9]\d{0,14})$/)],
  ['float', number(/^-?\d{1,15}(?:\.\d{1,15})?$/)],
])

/** What is not here (URIs, addresses, binary, unknown types) is the same text in both. */
export const formOf = (type: string): Form => forms.get(type) ?? verbatim
