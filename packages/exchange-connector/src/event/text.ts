import { htmlToText } from '@dayport/core/ical'
import type { ExchangeBody } from './model.ts'

/** Characters that XML 1.0 cannot carry; lone surrogates among them. */
const forbidden = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

export const carriable = (text: string): string => text.replace(forbidden, '')

/** One line: breaks and tabs become blanks, blanks around go. */
export const oneLine = (text: string): string =>
  carriable(text)
    .replace(/\s*[\r\n\t\u0085\u2028\u2029]+\s*/g, ' ')
    .trim()

/** At most `most` code units; a longer text ends in `…`, never in half a character. */
export const cut = (text: string, most: number): string => {
  if (text.length <= most) return text
  const end = most - 1
  const code = text.charCodeAt(end - 1)
  return `${text.slice(0, code >= 0xd800 && code <= 0xdbff ? end - 1 : end).trimEnd()}…`
}

/** Lines end in LF; blanks at the ends of lines and of the text go. */
export const plainText = (text: string): string =>
  carriable(text)
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replaceAll('\u00a0', ' ')
    .replace(/[ \t]+$/gm, '')
    .trim()

/** What a body says, without its looks. */
export const bodyText = ({ kind, content }: ExchangeBody): string =>
  plainText(kind === 'html' ? htmlToText(content) : content)

/** Servers rewrite HTML and white space, so only the words count. */
export const isSameBody = (a: ExchangeBody, b: ExchangeBody): boolean => words(bodyText(a)) === words(bodyText(b))

const words = (text: string): string => text.replace(/\s+/g, ' ')
