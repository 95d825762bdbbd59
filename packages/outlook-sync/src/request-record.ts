import type { XmlElement } from '@dayport/core/xml'
import { localName } from './wire/soap.ts'

/**
 * One request as an administrator can send it in: its structure, names of fields, forms of dates and lengths. No title, description, place
 * or name of anybody, no date, no secret, no address.
 */
export interface OutlookRequestRecord {
  /** `null` with Basic. */
  readonly connection: string | null
  /** From 1, over all that this process has seen of the connection. */
  readonly number: number
  /** ms since the Unix epoch. */
  readonly atMs: number
  readonly method: string
  /** Where it went, without what tells one calendar from another: `_vti_bin/lists.asmx`, `attachment`, `page`. */
  readonly target: string
  /** Those that tell what the program is; of others the names alone stand in `headerNames`. */
  readonly headers: Readonly<Record<string, string>>
  readonly headerNames: readonly string[]
  readonly operation: string | null
  /** The operation's element, texts and values replaced by what form they had; `null` where there is none. */
  readonly shape: string | null
  readonly status: number
  /** Code of MS-LISTSWS of a fault; `null` otherwise. */
  readonly fault: string | null
}

const shownHeaders = [
  'user-agent',
  'content-type',
  'soapaction',
  'accept',
  'accept-language',
  'translate',
  'x-office-version',
]

/** Elements and fields whose values are of a few that the protocol knows. */
const open = new Set([
  'AutoHyperlink',
  'BusyStatus',
  'DateInUtc',
  'Duration',
  'EventType',
  'ExpandUserField',
  'FollowUp',
  'ID',
  'IncludeAttachmentUrls',
  'IncludeAttachmentVersion',
  'IncludeMandatoryColumns',
  'IncludePermissions',
  'IntendedBusyStatus',
  'MeetingInstanceID',
  'OptimizeLookups',
  'Priority',
  'RecurrenceOrderBy',
  'RecurrencePatternXMLVersion',
  'TimeZone',
  'fAllDayEvent',
  'fRecurrence',
  'owshiddenversion',
  'rowLimit',
])
const openAttributes = new Set([
  'Ascending',
  'Cmd',
  'DateInUtc',
  'ID',
  'IncludeTimeValue',
  'ListVersion',
  'LockSchema',
  'Name',
  'OnError',
  'PreCalc',
  'Properties',
  'Property',
  'Scope',
  'Type',
])
/** Fields that hold XML of the protocol's own. */
const markup = new Set(['RecurrenceData', 'XMLTZone'])

/** A short value of the protocol: `TRUE`, `v3`, `-1`, `New`. */
const isPlain = (text: string): boolean => /^-?[A-Za-z0-9]{0,12}$/.test(text)
const isName = (text: string): boolean => /^[A-Za-z_][\w-]{0,63}$/.test(text)

/** Dates lose their day and keep their form and time of day, which rules are about. */
const dateForms = (text: string): string => text.replace(/\d{4}-\d\d-\d\d/g, '9999-99-99')

/** Only tags, names, small numbers and the words of recurrences and zones; anything else is a length. */
const markupShape = (text: string): string | null => {
  const form = dateForms(text)
  const isKnown = form.length <= 4_000 && /^[\w\s<>/='":.-]*$/.test(form) && !/[A-Za-z]{32}/.test(form)
  const words = form.replace(/<[^<>]*>/g, ' ').split(/\s+/)
  const isShort = words.every((word) =>
    /^(?:[a-z]{2}|true|false|-?\d{1,5}|\d{1,2}:\d{1,2}:\d{1,2}|9999-99-99T[\d:]+Z)?$/i.test(word),
  )
  return isKnown && isShort ? form : null
}

const valueShape = (name: string, text: string): string => {
  const trimmed = text.trim()
  if (trimmed === '') return ''
  if (open.has(name) && isPlain(trimmed)) return trimmed
  if (/^\d{4}-\d\d-\d\d([T ][\d:.]+(Z|[+-][\d:]+)?)?$/.test(trimmed)) return dateForms(trimmed)
  if (markup.has(name)) return markupShape(trimmed) ?? `[${text.length}]`
  if (/^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i.test(trimmed)) return trimmed.replace(/[0-9a-f]/gi, '0')
  return `[${text.length}]`
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

/** Elements of one shape that are written out; a list of hundreds tells no more. */
const maxChildren = 60

/** The structure of an element as text, at most some 20 000 characters. */
export const shapeOf = (element: XmlElement): string => {
  let budget = 20_000
  const write = (node: XmlElement): string => {
    const local = localName(node)
    const name = isName(local) ? local : `x${local.length}`
    let attributes = ''
    for (const [key, value] of node.attributes) {
      const shown = openAttributes.has(key) && isName(value) ? value : valueShape(key, value)
      attributes += ` ${isName(key) ? key : 'x'}="${escaped(shown)}"`
    }
    const field = node.attributes.get('Property') ?? node.attributes.get('Name') ?? local
    const inner = node.elements.slice(0, maxChildren).map(write).join('')
    const more = node.elements.length > maxChildren ? `[${node.elements.length - maxChildren} more]` : ''
    const text = `<${name}${attributes}>${inner}${more}${escaped(valueShape(field, node.text))}</${name}>`
    budget -= text.length - inner.length
    return budget < 0 ? `<${name}/>` : text
  }
  return write(element)
}

/** What of the headers may be told. Cookies, credentials and addresses are named only. */
export const headersOf = (request: Request): Pick<OutlookRequestRecord, 'headers' | 'headerNames'> => {
  const headers: Record<string, string> = {}
  for (const name of shownHeaders) {
    const value = request.headers.get(name)
    // A secret may stand wherever a program puts an address.
    if (value !== null) headers[name] = value.replace(/[A-Za-z0-9_-]{40,}/g, '***').slice(0, 200)
  }
  return { headers, headerNames: [...request.headers.keys()].slice(0, 50) }
}
