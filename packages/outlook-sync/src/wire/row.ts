import { escapeAttribute } from '@dayport/core/xml'
import type { ItemAttachment, ItemKind } from '../list-item.ts'
import type { ListRow } from '../list-service.ts'
import { isoOf } from '../mapping/instants.ts'
import { type DateForm, writeDate } from './dates.ts'
import { fileVersion } from './file-version.ts'
import { braced, encodedName } from './markup.ts'
import { attachmentUrl, listFolder, type Place } from './place.ts'

/** How rows are to be written: what the options of a request ask, and what all rows of a list share. */
export interface RowForm {
  readonly dates: DateForm
  readonly place: Place
  /** Upper case, without braces. */
  readonly listGuid: string
  readonly mayWrite: boolean
  /** Shown as author and editor of items. */
  readonly author: string
  /** `ViewFields Properties` or `Batch Properties`: the property bag as attributes of its own. */
  readonly properties: boolean
  readonly expandUserField: boolean
  readonly attachmentUrls: boolean
  readonly attachmentVersions: boolean
  /** `RecurrencePatternXMLVersion` v3. MS-LISTSWS 2.2.5.3. */
  readonly v3: boolean
}

/** All rights, and those of SharePoint's role Read. The strings stay as they are: another one makes Outlook start over. */
export const permissions = {
  write: { effective: 'FullMask', mask: '0x7fffffffffffffff' },
  read: {
    effective:
      'ViewListItems, OpenItems, ViewVersions, ViewFormPages, Open, ViewPages, CreateSSCSite, BrowseUserInfo, ' +
      'UseClientIntegration, UseRemoteAPIs, CreateAlerts',
    mask: '0xb008431061',
  },
} as const

export const permissionsOf = (mayWrite: boolean) => permissions[mayWrite ? 'write' : 'read']

/** MS-OUTSPS 2.2.5.5. */
export const eventTypes: Readonly<Record<ItemKind, string>> = { single: '0', master: '1', deleted: '3', exception: '4' }

/** A value that is left out when it is empty, unless its emptiness says something: an exception inherits what it does not have. */
const text = (value: string, row: ListRow): string | undefined =>
  value !== '' ? value : row.item.kind === 'exception' ? '' : undefined

/** Patterns that only clients know which ask for version 3. MS-LISTSWS 2.2.5.3. */
const isV3Pattern = (data: string): boolean =>
  /<daily[^>]*\sweekday=|<yearlyByDay|<monthlyByDay[^>]*\s(?:day|weekday|weekend_day)=/.test(data)

const doubled = (value: string): string => value.replaceAll(',', ',,')

export const userText = ({ author, expandUserField }: RowForm): string =>
  expandUserField ? `1;#${doubled(author)},#,#,#,#${doubled(author)}` : `1;#${author}`

export const attachmentsText = (id: number, files: readonly ItemAttachment[], form: RowForm): string => {
  if (files.length === 0) return '0'
  if (!form.attachmentUrls) return '1'
  const urls = files.map(({ name, version }) => {
    const url = attachmentUrl(form.place, id, name)
    return form.attachmentVersions ? `${url};#${fileVersion(version)}` : url
  })
  return `;#${urls.join(';#')};#`
}

const file = ({ id }: { readonly id: number }): string => `${id}_.000`
const folderPath = ({ place }: RowForm): string => `${place.basePath.slice(1)}/${listFolder}`
export const fileRef = (id: number, form: RowForm): string => `${id};#${folderPath(form)}/${file({ id })}`
export const contentTypeId = ({ listGuid }: RowForm): string => `0x010200${listGuid.replaceAll('-', '')}`

type ValueOf = (row: ListRow, form: RowForm) => string | undefined

/** Values by the names of their fields. Specification section 5.3. */
const values: Readonly<Record<string, ValueOf>> = {
  ID: ({ id }) => `${id}`,
  ContentTypeId: (_, form) => contentTypeId(form),
  ContentType: () => 'Event',
  Title: ({ item }) => item.title,
  Modified: ({ modifiedMs }, { dates }) => writeDate(isoOf(modifiedMs), dates, false),
  Created: ({ createdMs }, { dates }) => writeDate(isoOf(createdMs), dates, false),
  Author: (_, form) => userText(form),
  Editor: (_, form) => userText(form),
  owshiddenversion: ({ version }) => `${version}`,
  WorkflowVersion: () => '1',
  _UIVersion: () => '512',
  _UIVersionString: () => '1.0',
  Attachments: ({ id, item }, form) => attachmentsText(id, item.attachments, form),
  _ModerationStatus: () => '0',
  LinkTitleNoMenu: ({ item }) => item.title,
  LinkTitle: ({ item }) => item.title,
  LinkTitle2: ({ item }) => item.title,
  SelectTitle: ({ id }) => `${id}`,
  Order: ({ id }) => `${id}00.000000000000`,
  GUID: ({ uniqueId }) => braced(uniqueId),
  FileRef: ({ id }, form) => fileRef(id, form),
  FileDirRef: ({ id }, form) => `${id};#${folderPath(form)}`,
  Last_x0020_Modified: ({ id, modifiedMs }, { dates }) => `${id};#${writeDate(isoOf(modifiedMs), dates, false)}`,
  Created_x0020_Date: ({ id, createdMs }, { dates }) => `${id};#${writeDate(isoOf(createdMs), dates, false)}`,
  FSObjType: ({ id }) => `${id};#0`,
  SortBehavior: ({ id }) => `${id};#0`,
  PermMask: (_, { mayWrite }) => permissionsOf(mayWrite).mask,
  FileLeafRef: (row) => `${row.id};#${file(row)}`,
  UniqueId: ({ id, uniqueId }) => `${id};#${braced(uniqueId)}`,
  ProgId: ({ id }) => `${id};#`,
  ScopeId: ({ id }, { listGuid }) => `${id};#${braced(listGuid)}`,
  _EditMenuTableStart: file,
  _EditMenuTableStart2: ({ id }) => `${id}`,
  _EditMenuTableEnd: ({ id }) => `${id}`,
  LinkFilenameNoMenu: file,
  LinkFilename: file,
  LinkFilename2: file,
  ServerUrl: (row, form) => `/${folderPath(form)}/${file(row)}`,
  EncodedAbsUrl: (row, { place }) => `${place.baseUrl}/${listFolder}/${file(row)}`,
  BaseName: ({ id }) => `${id}_`,
  _Level: () => '1',
  _IsCurrentVersion: () => '1',
  ItemChildCount: ({ id }) => `${id};#0`,
  FolderChildCount: ({ id }) => `${id};#0`,
  Location: (row) => text(row.item.location, row),
  EventDate: ({ item }, { dates }) => writeDate(item.start, dates, item.allDay),
  EndDate: ({ item }, { dates }) => writeDate(item.end, dates, item.allDay),
  Description: (row) => text(row.item.description, row),
  fAllDayEvent: ({ item }) => (item.allDay ? '1' : '0'),
  fRecurrence: ({ item }) => (item.kind === 'single' ? '0' : '1'),
  EventType: ({ item }) => eventTypes[item.kind],
  UID: ({ seriesGuid }) => (seriesGuid === null ? undefined : braced(seriesGuid)),
  RecurrenceID: ({ item }, { dates }) =>
    item.recurrenceId === null ? undefined : writeDate(item.recurrenceId, dates, item.allDay),
  Duration: ({ item }) => `${item.durationSeconds}`,
  ParticipantsPicker: () => '',
  RecurrenceData: ({ item: { recurrenceData } }, { v3 }) => {
    if (recurrenceData === null) return undefined
    return v3 || !isV3Pattern(recurrenceData)
      ? recurrenceData
      : `<V3RecurrencePattern>${recurrenceData}</V3RecurrencePattern>`
  },
  XMLTZone: ({ item }) => item.timeZoneXml ?? undefined,
  MasterSeriesItemID: ({ masterId }) => (masterId === null ? undefined : `${masterId}`),
}

/** Those that a client need not ask for. MS-LISTSWS 2.2.4.4. */
export const alwaysSent = [
  '_ModerationStatus',
  '_Level',
  'ID',
  'owshiddenversion',
  'UniqueId',
  'FSObjType',
  'Created',
  'Modified',
  'FileRef',
] as const

/** What `bagOf` says itself: it wins over a value that was kept in the bag before it was mapped. */
const saidInBag: ReadonlySet<string> = new Set([
  ...['vti_versionhistory', 'Categories', 'IntendedBusyStatus', 'FollowUp', 'Priority', 'ReplicationID', 'BusyStatus'],
])
/** Counters that SharePoint adds to what Outlook made. */
const counters: ReadonlySet<string> = new Set(['vti_externalversion', 'vti_clientversion'])

/** The property bag with what calendar properties say, in SharePoint's order. Specification section 5.4. */
const eachInBag = ({ item, bag, version }: ListRow, take: (name: string, value: string) => void): void => {
  const { vti_versionhistory, ReplicationID } = bag
  const isMade = ReplicationID !== undefined
  if (vti_versionhistory !== undefined) take('vti_versionhistory', vti_versionhistory)
  take('Categories', item.categories.join('; '))
  take('IntendedBusyStatus', `${item.intendedBusyStatus}`)
  if (isMade) take('vti_externalversion', `${version}`)
  take('FollowUp', bag.FollowUp ?? '')
  take('Priority', `${item.priority}`)
  if (isMade) take('ReplicationID', ReplicationID)
  if (isMade) take('vti_clientversion', `${version}`)
  take('BusyStatus', `${item.busyStatus}`)
  for (const name in bag) {
    if (!saidInBag.has(name) && !(isMade && counters.has(name))) take(name, bag[name] ?? '')
  }
}

const bagOf = (row: ListRow): readonly (readonly [string, string])[] => {
  const entries: [string, string][] = []
  eachInBag(row, (name, value) => entries.push([name, value]))
  return entries
}

/** The bag as one value: a name, its type and the value on each line. MS-LISTSWS 2.2.4.5. */
const bagText = (row: ListRow): string =>
  `${row.id};#${bagOf(row)
    .map(([name, value]) => `${name}:SW|${value.replace(/[\r\n]+/g, ' ')}\r\n`)
    .join('')}`

/** The value of one field in a row, for filters; `undefined` when it has none. */
export const fieldValue = (row: ListRow, form: RowForm, name: string): string | undefined =>
  Object.hasOwn(values, name) ? values[name]?.(row, form) : bagOf(row).find(([entry]) => entry === name)?.[1]

/** Whether rows can have a field of that name. */
export const isAttribute = (name: string): boolean => Object.hasOwn(values, name)

/** Writes the attributes of these fields. */
export const attributesOf = (names: Iterable<string>, form: RowForm): ((row: ListRow) => string) => {
  // Worked out once: a list has thousands of rows.
  const columns = [...new Set(names)].map((name) => ({ start: ` ows_${name}="`, read: values[name]! }))
  return (row) => {
    let xml = ''
    for (const { start, read } of columns) {
      const value = read(row, form)
      if (value !== undefined) xml += `${start}${escapeAttribute(value)}"`
    }
    return xml
  }
}

/** The property bag as attributes of its own; of two names that are written alike the first. */
export const bagAttributes = (row: ListRow): string => {
  let xml = ''
  let hasEncoded = false
  eachInBag(row, (name, value) => {
    const encoded = encodedName(name)
    hasEncoded ||= encoded !== name
    const start = ` ows_MetaInfo_${encoded}="`
    // No value has a quotation mark, so that it is found as a name only.
    if (!hasEncoded || !xml.includes(start)) xml += `${start}${escapeAttribute(value)}"`
  })
  return xml
}

/**
 * Writes rows of one form. `fields` are the names that were asked for, in their order; `null` for all. Unknown ones are passed over.
 * `declaration` puts the namespace of the row on itself.
 */
export const createRowWriter = (
  form: RowForm,
  fields: readonly string[] | null,
  { declaration = false }: { readonly declaration?: boolean } = {},
): ((row: ListRow) => string) => {
  const names = fields === null ? Object.keys(values) : [...fields, ...alwaysSent].filter(isAttribute)
  const attributes = attributesOf(names, form)
  const wantsText = !form.properties && (fields === null || fields.includes('MetaInfo'))
  const end = `${fields === null ? ' ows_ServerRedirected="0"' : ''}${declaration ? ' xmlns:z="#RowsetSchema"' : ''}/>`
  return (row) => {
    let xml = `<z:row${attributes(row)}`
    if (form.properties) xml += bagAttributes(row)
    else if (wantsText) xml += ` ows_MetaInfo="${escapeAttribute(bagText(row))}"`
    return xml + end
  }
}
