import { parseCalendar, textToHtml } from '@dayport/core/ical'
import type { ExchangeBody, PortalData } from '../event/model.ts'
import { addressOf } from '../event/people.ts'
import { bodyText, oneLine } from '../event/text.ts'

/** Lines that introduce the list of participants, in the languages that we write; a host may add its own. */
const headings = ['Participants', 'Участники']

/** Most participants that are listed. */
const maxListed = 100

/**
 * The participants of the event that an item was written from, as one line: Exchange is told of none of them, so that it has nobody to
 * mail, and a reader still sees who comes. `''` when there are none.
 */
export const participantsLine = (data: PortalData | null, heading: string): string => {
  if (data?.source == null) return ''
  const people = participantsOf(data.source)
  if (people.length === 0) return ''
  const more = people.length > maxListed ? ' …' : ''
  return `${heading}: ${people.slice(0, maxListed).join('; ')}${more}`
}

const participantsOf = (source: string): readonly string[] => {
  const [calendar] = parseCalendar(new TextEncoder().encode(source)).calendars
  const master = calendar?.components.find(
    (component) => component.name === 'VEVENT' && component.property('RECURRENCE-ID') === undefined,
  )
  return (master?.propertiesNamed('ATTENDEE') ?? []).flatMap((property) => {
    const address = addressOf(property)
    const name = oneLine(property.param('CN') ?? '').replaceAll(';', ',')
    if (address === '') return name === '' ? [] : [name]
    return [name === '' || name === address ? address : `${name} <${address}>`]
  })
}

/** A body with that line at its end. */
export const withFooter = (body: ExchangeBody, line: string): ExchangeBody => {
  if (line === '') return body
  if (body.kind === 'text') return { kind: 'text', content: body.content === '' ? line : `${body.content}\n\n${line}` }
  const paragraph = `<p>${textToHtml(line)}</p>`
  const end = body.content.search(/<\/body\s*>/i)
  return {
    kind: 'html',
    content: end < 0 ? body.content + paragraph : body.content.slice(0, end) + paragraph + body.content.slice(end),
  }
}

/** The body without such a line, whoever has changed the people since. Only for items that were written by us. */
export const withoutFooter = (body: ExchangeBody, heading: string): ExchangeBody => {
  const text = bodyText(body)
  const start = [heading, ...headings].find((name) => lastLine(text).startsWith(`${name}: `))
  if (start === undefined) return body
  if (body.kind === 'text') {
    const at = text.lastIndexOf('\n')
    return { kind: 'text', content: at < 0 ? '' : text.slice(0, at).trimEnd() }
  }
  const paragraphs = [...body.content.matchAll(/<p\b[^>]*>[\s\S]*?<\/p>/gi)]
  const last = paragraphs.at(-1)
  if (last === undefined || !bodyText({ kind: 'html', content: last[0] }).startsWith(`${start}: `)) return body
  return { kind: 'html', content: body.content.slice(0, last.index) + body.content.slice(last.index + last[0].length) }
}

const lastLine = (text: string) => text.slice(text.lastIndexOf('\n') + 1)
