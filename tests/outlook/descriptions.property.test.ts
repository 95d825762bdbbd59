import { createItemMapping } from '@dayport/outlook-sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOf, objectText } from './generate.ts'
import { context, runs, uploadOf } from './truth.ts'

const mapping = createItemMapping()
const start = 'DTSTART:20260310T100000Z'
const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll(';', '\\;').replaceAll(',', '\\,').replaceAll('\n', '\\n')
const withText = (text: string): Uint8Array => bytesOf(objectText([start, 'SUMMARY:A', `DESCRIPTION:${escaped(text)}`]))
const shownIn = (data: Uint8Array): string => mapping.itemsOf(data, context).items[0]!.description
const lineOf = (data: Uint8Array, name: string): string | undefined =>
  new TextDecoder()
    .decode(data)
    .replaceAll('\r\n ', '')
    .split('\r\n')
    .find((line) => line.startsWith(name))
const sent = (data: Uint8Array, Description: string): Uint8Array =>
  mapping.update(data, 'event', uploadOf({ Description }), context).data

const words = fc.constantFrom(
  'plan',
  'Иван',
  '<b>',
  '&amp;',
  '&',
  '"x"',
  "it's",
  '  ',
  ' ',
  '\n',
  '\n\n',
  '\t',
  '•',
  '😀',
  '1 < 2',
  '-->',
  ']]>',
)
const text = fc.array(words, { maxLength: 12 }).map((parts) => parts.join(''))

const tags = [
  'b',
  'i',
  'p',
  'div',
  'font',
  'a',
  'script',
  'style',
  'img',
  'svg',
  'table',
  'td',
  'iframe',
  'form',
  'span',
  'ul',
  'li',
]
const attributes = fc.constantFrom(
  '',
  ' onclick="x()"',
  ' href="javascript:alert(1)"',
  ' href="https://example.com/?a&b"',
  ' style="x:expression(1)"',
  ' src=x onerror=y',
  ' color="red"',
  " href='data:text/html,x'",
)
const piece = fc.oneof(
  words,
  fc.tuple(fc.constantFrom(...tags), attributes).map(([tag, own]) => `<${tag}${own}>`),
  fc.constantFrom(...tags).map((tag) => `</${tag}>`),
  fc.constantFrom(
    '<!--',
    '-->',
    '<',
    '>',
    '<scr<script>ipt>',
    '&#106;avascript:',
    '<![CDATA[',
    '<o:p>',
    '</o:p>',
    '<META charset=x>',
    '&#0;',
    '&#x1F600;',
  ),
)
const html = fc.array(piece, { maxLength: 25 }).map((parts) => parts.join(''))

describe('a description between text and HTML (specification section 7)', () => {
  it('comes back as it was sent without a change, whatever signs are in it', () => {
    fc.assert(
      fc.property(text, (plain) => {
        const data = withText(plain)
        const shown = shownIn(data)
        expect(sent(data, shown)).toBe(data)
        // Outlook puts markup of its own about it.
        expect(sent(data, `\n\n<div dir="LTR"><font face="Calibri">${shown}</font></div>\n`)).toBe(data)
      }),
      { numRuns: 300 * runs },
    )
  })

  it('is taken from any HTML without script, and is then as it was shown', () => {
    fc.assert(
      fc.property(html, (uploaded) => {
        const data = sent(withText('before'), uploaded)
        const shown = shownIn(data)
        expect(shown).not.toMatch(/<(?:script|style|iframe|img|svg|form|meta|object)/i)
        expect(shown).not.toMatch(/<[^>]*\s(?:on\w+|style|src)\s*=/i)
        expect(shown).not.toMatch(/<[^>]*href="(?!https?:|mailto:|tel:)/i)
        expect(lineOf(data, 'X-ALT-DESC') ?? '').not.toMatch(/<script|onclick|onerror|href="javascript/i)
        expect(sent(data, shown)).toBe(data)
      }),
      { numRuns: 400 * runs },
    )
  })

  it('is replaced by what was typed, in the plain text as well', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('alpha', 'бета', 'x < y', 'R&D', 'a;b,c'), { minLength: 1, maxLength: 5 }),
        (lines) => {
          const typed = lines.map((line) => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;')).join('<br>')
          const data = sent(withText('before'), `<html><head><title>no</title></head><body>${typed}</body></html>`)
          expect(lineOf(data, 'DESCRIPTION')).toBe(`DESCRIPTION:${escaped(lines.join('\n'))}`)
        },
      ),
      { numRuns: 200 * runs },
    )
  })
})
