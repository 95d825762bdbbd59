import { CalendarError } from '@dayport/core'
import { textToHtml } from '@dayport/core/ical'
import type { ExchangeBody, ExchangeEvent } from '../event/model.ts'
import { bodyText } from '../event/text.ts'

/** Addresses under which people join a meeting. */
const joinAddress =
  /https:\/\/(?:teams\.microsoft\.com\/(?:l\/meetup-join|meet)\/|teams\.live\.com\/meet\/|meet\.lync\.com\/|[\w.-]+\.zoom\.us\/j\/|meet\.google\.com\/|[\w.-]+\.webex\.com\/)[^\s"'<>]+/i

/**
 * The body to write so that nobody loses the way into the meeting: where the one in Exchange has a block to join by and the new one has
 * not, the block goes on at its end.
 *
 * @param html the body as Exchange has it.
 * @throws {CalendarError} `forbidden` when the block cannot be told from the rest.
 */
export const keepJoinBlock = (html: string, current: ExchangeEvent, wanted: ExchangeBody): ExchangeBody => {
  const address = addressIn(html, current.joinUrl)
  if (address === null || wanted.content.includes(address)) return wanted
  const block = blockOf(html, address)
  if (block === null) {
    throw new CalendarError('forbidden', 'The text of the event holds the way into its online meeting', {
      details: { reason: 'join-block', fields: ['body'] },
    })
  }
  const text = wanted.kind === 'html' ? wanted.content : textToHtml(wanted.content)
  return { kind: 'html', content: `${text}<br>${block}` }
}

const addressIn = (html: string, joinUrl: string | null): string | null => {
  if (joinUrl !== null && html.includes(joinUrl)) return joinUrl
  return joinAddress.exec(html)?.[0] ?? null
}

/** From the rule of underscores before the address to the rule after it, or to the end. */
const blockOf = (html: string, address: string): string | null => {
  const inner = /<body[^>]*>([\s\S]*?)<\/body>/i.exec(html)?.[1] ?? html
  const at = inner.indexOf(address)
  const rule = inner.lastIndexOf('________', at)
  if (at < 0 || rule < 0) return null
  const start = inner.slice(0, rule).search(/_+$/) < 0 ? rule : inner.slice(0, rule).search(/_+$/)
  const end = inner.slice(at).search(/_{8,}/)
  const last = end < 0 ? inner.length : at + end + /^_+/.exec(inner.slice(at + end))![0].length
  const block = inner.slice(start, last)
  return bodyText({ kind: 'html', content: block }) === '' ? null : `<div>${block}</div>`
}
