import { escapeAttribute } from '@dayport/core/xml'
import type { BusyStatus, ItemAttachment, ItemKind } from '../list-item.ts'
import type { ListRow, RowItem } from '../list-service.ts'
import { dateForm } from './dates.ts'
import { attributesText } from './markup.ts'
import {
  alwaysSent,
  attachmentsText,
  attributesOf,
  bagAttributes,
  contentTypeId,
  eventTypes,
  fileRef,
  isAttribute,
  permissionsOf,
  type RowForm,
  userText,
} from './row.ts'

/** What Outlook asks for, of the item, in the order in which SharePoint answers. Between the lists stand values that {@link keptParts} adds. */
const itemFields = [
  ['ID'],
  ['owshiddenversion', 'Created', 'Modified'],
  [
    ...['EventType', 'Title', 'UID', 'Description', 'Location', 'EventDate', 'EndDate', 'fAllDayEvent', 'Duration'],
    ...['XMLTZone', 'RecurrenceData', 'RecurrenceID', 'fRecurrence'],
  ],
  ['_ModerationStatus', '_Level', 'UniqueId', 'FSObjType'],
] as const

const outlookFields: ReadonlySet<string> = new Set<string>([
  ...itemFields.flat(),
  ...['Attachments', 'ContentTypeId', 'Editor', 'PermMask', 'FileRef'],
])

/** Where something is added. XML 1.0 has no such character, so that no value has it. */
const gap = '\u0001'
export const gapByte = 1

/** Form of what is kept: it depends on nothing but the item. */
const keptForm: RowForm = {
  dates: dateForm(true, 'UTC'),
  place: { baseUrl: '', basePath: '' },
  listGuid: '',
  mayWrite: false,
  author: '',
  properties: true,
  expandUserField: true,
  attachmentUrls: true,
  attachmentVersions: true,
  v3: true,
}

/** Another one with every change of what {@link keepRow} writes: rows are then kept anew. */
export const keptRevision = '2'

const encoder = new TextEncoder()
const partsOf = itemFields.map((fields) => attributesOf(fields, keptForm))

/** An item's row as Outlook downloads it, UTF-8, with gaps for what the asking connection adds. */
export const keepRow = (row: ListRow): Uint8Array =>
  encoder.encode(`<z:row${partsOf.map((part) => part(row) + gap).join('')}${bagAttributes(row)}/>`)

/** Whether rows of that form and those fields (`null`: all) are the kept ones with {@link keptParts}. */
export const isKeptForm = (form: RowForm, fields: readonly string[] | null): boolean => {
  if (fields === null || !form.properties || !form.v3 || !form.dates.utc) return false
  const asked = new Set([...fields, ...alwaysSent].filter(isAttribute))
  return asked.size === outlookFields.size && [...asked].every((name) => outlookFields.has(name))
}

/** What fills the gaps of a row, one by one. */
export type KeptParts = readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array]

/** What fills the gaps of kept rows: the files of an item, the list, the rights of who asks, and where the item is. */
export const keptParts = (form: RowForm): ((id: number, files: readonly ItemAttachment[]) => KeptParts) => {
  const bytesOf = (name: string, value: string): Uint8Array =>
    encoder.encode(` ows_${name}="${escapeAttribute(value)}"`)
  const noFiles = bytesOf('Attachments', attachmentsText(0, [], form))
  const list = bytesOf('ContentTypeId', contentTypeId(form))
  const rights = encoder.encode(
    attributesText([
      ['ows_Editor', userText(form)],
      ['ows_PermMask', permissionsOf(form.mayWrite).mask],
    ]),
  )
  return (id, files) => [
    files.length === 0 ? noFiles : bytesOf('Attachments', attachmentsText(id, files, form)),
    list,
    rights,
    bytesOf('FileRef', fileRef(id, form)),
  ]
}

const decoder = new TextDecoder()
const entities: Readonly<Record<string, string>> = {
  ...{ '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#9;': '\t', '&#10;': '\n', '&#13;': '\r' },
}
const unescaped = (value: string): string =>
  value.includes('&') ? value.replace(/&(?:amp|lt|gt|quot|#9|#10|#13);/g, (entity) => entities[entity] ?? '') : value

const kinds = new Map(Object.entries(eventTypes).map(([kind, type]) => [type, kind as ItemKind]))

/** The item that a kept row tells of. */
export const itemOfKept = (kept: Uint8Array, key: string, attachments: readonly ItemAttachment[]): RowItem => {
  const values = new Map<string, string>()
  for (const [, name = '', value = ''] of decoder.decode(kept).matchAll(/ ows_([^=]+)="([^"]*)"/g)) {
    values.set(name, value)
  }
  const text = (name: string): string => unescaped(values.get(name) ?? '')
  const optional = (name: string): string | null => (values.has(name) ? text(name) : null)
  const number = (name: string): number => Number(values.get(name))
  const categories = text('MetaInfo_Categories')
  return {
    key,
    kind: kinds.get(text('EventType')) ?? 'single',
    title: text('Title'),
    location: text('Location'),
    description: text('Description'),
    start: text('EventDate'),
    end: text('EndDate'),
    allDay: text('fAllDayEvent') === '1',
    durationSeconds: number('Duration'),
    recurrenceId: optional('RecurrenceID'),
    recurrenceData: optional('RecurrenceData'),
    timeZoneXml: optional('XMLTZone'),
    categories: categories === '' ? [] : categories.split('; '),
    busyStatus: number('MetaInfo_BusyStatus') as BusyStatus,
    intendedBusyStatus: number('MetaInfo_IntendedBusyStatus') as BusyStatus,
    priority: number('MetaInfo_Priority') as RowItem['priority'],
    attachments,
  }
}
