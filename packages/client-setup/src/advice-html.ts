import type { Advice, AdviceLink, AdviceStep, AdviceValue } from './advice.ts'
import { escapeMarkup } from './escape-markup.ts'
import type { TextPart } from './rich-text.ts'

/** The schemes that an advice leads to; anything else in a host's input is shown as text, not as a link. */
const schemes = new Set(['https:', 'http:', 'webcal:', 'stssync:', 'davx5:', 'caldav:'])

const isAllowed = (href: string): boolean => {
  const scheme = /^[a-z][a-z0-9+.-]*:/.exec(href.toLowerCase())
  return scheme !== null && schemes.has(scheme[0])
}

const textHtml = (parts: readonly TextPart[]): string =>
  parts.map(({ text, strong }) => (strong ? `<strong>${escapeMarkup(text)}</strong>` : escapeMarkup(text))).join('')

const valueHtml = ({ kind, label, value }: AdviceValue): string =>
  value === null
    ? ''
    : `<dt>${escapeMarkup(label)}</dt><dd><code data-value="${kind}">${escapeMarkup(value)}</code></dd>`

const linkHtml = ({ kind, label, href }: AdviceLink): string =>
  isAllowed(href)
    ? `<a class="advice-link" data-link="${kind}" href="${escapeMarkup(href)}" rel="noreferrer">${escapeMarkup(label)}</a>`
    : escapeMarkup(label)

const linksHtml = (links: readonly AdviceLink[]): string =>
  links.length === 0 ? '' : `<p class="advice-links">${links.map(linkHtml).join(' ')}</p>`

const stepHtml = ({ text, hint, values, links }: AdviceStep): string => {
  const given = values.map(valueHtml).join('')
  return [
    `<li><p>${textHtml(text)}</p>`,
    hint === null ? '' : `<p class="advice-hint">${textHtml(hint)}</p>`,
    given === '' ? '' : `<dl class="advice-values">${given}</dl>`,
    `${linksHtml(links)}</li>`,
  ].join('')
}

/**
 * An advice as HTML that can be put into a page as it is: every value escaped, no script, no style, no address but those of the advice.
 * `level` is the level of its heading, 1 to 6.
 */
export const adviceHtml = (advice: Advice, { level = 2 }: { readonly level?: 1 | 2 | 3 | 4 | 5 | 6 } = {}): string =>
  [
    `<section class="advice" data-program="${advice.program}" lang="${advice.language}">`,
    `<h${level}>${escapeMarkup(advice.title)}</h${level}>`,
    ...advice.notes.map(
      ({ kind, text }) =>
        `<p class="advice-note advice-${kind}"${kind === 'warn' ? ' role="alert"' : ''}>${textHtml(text)}</p>`,
    ),
    `<ol class="advice-steps">${advice.steps.map(stepHtml).join('')}</ol>`,
    linksHtml(advice.links),
    '</section>',
  ].join('')
