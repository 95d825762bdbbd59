import { sanitizeHtml, textToHtml } from '@dayport/core/ical'
import type { ExchangeBody, ExchangeEvent } from '../event/model.ts'
import { bodyText } from '../event/text.ts'

/** Online meetings end their invitation with a block that begins with a line of underscores. */
const separator = /^_{10,}\s*$/m

/**
 * The body to write over that of an online meeting: with its block, which the portal's text may have lost. Without it nobody could
 * join.
 */
export const keepJoinBlock = (current: ExchangeEvent, wanted: ExchangeBody): ExchangeBody => {
  const { joinUrl } = current
  const text = bodyText(current.body)
  const at = text.search(separator)
  const block = at >= 0 && /https:\/\//.test(text.slice(at)) ? text.slice(at) : (joinUrl ?? '')
  const address = joinUrl ?? /https:\/\/[^\s<>"]+/.exec(block)?.[0] ?? ''
  if (block === '' || wanted.content.includes(address) || bodyText(wanted).includes(block)) return wanted
  if (wanted.kind === 'text') return { kind: 'text', content: `${wanted.content}\n\n${block}` }
  return { kind: 'html', content: `${sanitizeHtml(wanted.content)}<br>${textToHtml(block)}` }
}
