import { escapeAttribute, escapeText, parseXml, type XmlElement } from '@dayport/core/xml'
import type { OutlookFields } from '../shown/occurrences.ts'

const soap = 'http://schemas.xmlsoap.org/soap/envelope/'
const lists = 'http://schemas.microsoft.com/sharepoint/soap/'
const rowset = 'urn:schemas-microsoft-com:rowset'
const rowSchema = '#RowsetSchema'
const sp = (local: string): string => `{${lists}}${local}`

/** A SOAP fault of the service. MS-LISTSWS 2.2.4.1. */
export class ListsFault extends Error {
  override readonly name = 'ListsFault'
  /** `0x82000006`; `null` when the fault has none. */
  readonly code: string | null
  constructor(code: string | null, message: string) {
    super(message)
    this.code = code
  }
}

/** An answer that is none by the specification: what a client would call a broken server. */
export class BrokenAnswer extends Error {
  override readonly name = 'BrokenAnswer'
}

/** One `Method` of a batch. */
export interface SentMethod {
  readonly command: 'New' | 'Update' | 'Delete'
  readonly fields: OutlookFields
  /** `MetaInfo` by `Property`. */
  readonly bag: OutlookFields
}

/** One `Result`. */
export interface MethodResult {
  readonly code: string
  readonly text: string | null
  /** The item as it is now; bag entries are `MetaInfo_…`. */
  readonly row: OutlookFields | null
}

/** Answer to `GetListItemChangesSinceToken`. */
export interface ChangesAnswer {
  /** The client has to start over. */
  readonly isInvalidToken: boolean
  readonly token: string | null
  readonly deleted: readonly number[]
  /** Items that have come back under their old ids. MS-LISTSWS 2.2.5.1. */
  readonly restored: readonly number[]
  readonly rows: readonly OutlookFields[]
  readonly more: boolean
  /** `null` when the answer does not say; absence is no change. */
  readonly permissions: string | null
  /** Whether the list's schema came along. */
  readonly hasSchema: boolean
}

/** As Outlook asks: fixture `trace-outlook-GetListItemChangesSinceToken-request.xml`. */
const viewFields =
  'ID ReplicationID Attachments owshiddenversion Created Modified vti_versionhistory ContentTypeId EventType Title HeaderInfo FooterInfo UID Description Location EventDate EndDate fAllDayEvent Duration XMLTZone RecurrenceData RecurrenceID fRecurrence FollowUp Priority IntendedBusyStatus BusyStatus Categories Editor TimeZone MetaInfo PermMask'
const changesQuery = `<viewFields><ViewFields Properties="TRUE">${viewFields
  .split(' ')
  .map((name) => `<FieldRef Name="${name}"/>`)
  .join('')}</ViewFields></viewFields><queryOptions><QueryOptions><RecurrenceOrderBy>TRUE</RecurrenceOrderBy>\
<RecurrencePatternXMLVersion>v3</RecurrencePatternXMLVersion><ViewAttributes Scope="RecursiveAll"/><DateInUtc>TRUE</DateInUtc>\
<IncludePermissions>FALSE</IncludePermissions><IncludeAttachmentUrls>TRUE</IncludeAttachmentUrls>\
<IncludeAttachmentVersion>TRUE</IncludeAttachmentVersion><ExpandUserField>TRUE</ExpandUserField>\
<MeetingInstanceID>-1</MeetingInstanceID><OptimizeLookups>TRUE</OptimizeLookups></QueryOptions></queryOptions>`

const rowOf = (element: XmlElement): OutlookFields => {
  const fields: Record<string, string> = {}
  for (const [name, value] of element.attributes) {
    if (!name.startsWith('ows_')) throw new BrokenAnswer(`unexpected attribute ${name} of a row`)
    fields[name.slice('ows_'.length)] = value
  }
  return fields
}

/** The schema of the list, some sixty fields, is the same in every first answer; this model looks only whether it is there. */
const schemaPattern = /<List\s[^>]*>.*?<\/List>/s

const needed = (element: XmlElement | undefined, what: string): XmlElement => {
  if (element === undefined) throw new BrokenAnswer(`expected ${what}`)
  return element
}

const methodXml = ({ command, fields, bag }: SentMethod, index: number): string => {
  const own = Object.entries(fields).map(([name, value]) => `<Field Name="${name}">${escapeText(value)}</Field>`)
  const properties = Object.entries(bag).map(
    ([name, value]) => `<Field Name="MetaInfo" Property="${escapeAttribute(name)}">${escapeText(value)}</Field>`,
  )
  return `<Method ID="${index}" Cmd="${command}">${own.join('')}${properties.join('')}</Method>`
}

/** The three calls that Outlook makes for a calendar, as it writes them. Specification sections 4–6. */
export const createListsClient = (options: {
  readonly fetch: (request: Request) => Promise<Response>
  /** `base-url` of the link. */
  readonly baseUrl: string
  /** `guid` of the link, in braces. */
  readonly listGuid: string
}) => {
  /** Element `{operation}Result`. @throws {ListsFault} {@link BrokenAnswer} and what `fetch` throws. */
  const call = async (operation: string, inner: string): Promise<XmlElement> => {
    const body = `<?xml version="1.0"?>\n<Envelope xmlns="${soap}"><Body><${operation} xmlns="${lists}"><listName>${options.listGuid}</listName>${inner}</${operation}></Body></Envelope>`
    const response = await options.fetch(
      new Request(`${options.baseUrl}/_vti_bin/lists.asmx`, {
        method: 'POST',
        headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: `"${lists}${operation}"` },
        body,
      }),
    )
    const text = (await response.text()).replace(schemaPattern, (schema) => {
      const version = /<ServerVersion>([^<]*)<\/ServerVersion>/.exec(schema)?.[1] ?? ''
      return `<List><ServerSettings><ServerVersion>${version}</ServerVersion></ServerSettings></List>`
    })
    if (response.status !== 200 && response.status !== 500) throw new ListsFault(`HTTP ${response.status}`, text)
    const answer = parseXml(text).child(`{${soap}}Body`)?.elements[0]
    if (answer?.name === `{${soap}}Fault`) {
      const code = answer.child('detail')?.child(sp('errorcode'))?.text ?? null
      throw new ListsFault(code, answer.child('faultstring')?.text ?? '')
    }
    if (response.status !== 200) throw new BrokenAnswer(`expected a fault with status 500`)
    return needed(answer?.child(sp(`${operation}Result`)), `${operation}Result`)
  }

  return {
    /** `ServerVersion` of the server, as the first call tells it. */
    getList: async (): Promise<string> => {
      const list = needed((await call('GetList', '')).child(sp('List')), 'List')
      const version = needed(list.child(sp('ServerSettings')), 'ServerSettings').child(sp('ServerVersion'))
      return needed(version, 'ServerVersion').text
    },

    changes: async (token: string | null): Promise<ChangesAnswer> => {
      const result = await call(
        'GetListItemChangesSinceToken',
        `${changesQuery}${token === null ? '' : `<changeToken>${escapeText(token)}</changeToken>`}`,
      )
      const items = needed(result.child(sp('listitems')), 'listitems')
      const changes = needed(items.child(sp('Changes')), 'Changes')
      const ids = changes.childrenNamed(sp('Id'))
      const data = items.child(`{${rowset}}data`)
      const rows = data?.childrenNamed(`{${rowSchema}}row`) ?? []
      const isInvalidToken = ids.some((id) => id.attributes.get('ChangeType') === 'InvalidToken')
      if (!isInvalidToken && Number(data?.attributes.get('ItemCount')) !== rows.length) {
        throw new BrokenAnswer('ItemCount is not the number of rows')
      }
      const idsOf = (type: string): number[] =>
        ids.flatMap((id) => (id.attributes.get('ChangeType') === type ? [Number(id.text)] : []))
      return {
        isInvalidToken,
        token: changes.attributes.get('LastChangeToken') ?? null,
        deleted: idsOf('Delete'),
        restored: idsOf('Restore'),
        rows: rows.map(rowOf),
        more: changes.attributes.get('MoreChanges') === 'TRUE',
        permissions: items.attributes.get('EffectivePermMask') ?? null,
        hasSchema: changes.child(sp('List')) !== undefined,
      }
    },

    update: async (methods: readonly SentMethod[]): Promise<readonly MethodResult[]> => {
      const batch = `<updates><Batch OnError="Continue" DateInUtc="TRUE" Properties="TRUE">${methods.map(methodXml).join('')}</Batch></updates>`
      const result = await call('UpdateListItems', batch)
      const results = needed(result.child(sp('Results')), 'Results').childrenNamed(sp('Result'))
      if (results.length !== methods.length) throw new BrokenAnswer('expected a Result for each Method')
      return results.map((element, index) => {
        if (element.attributes.get('ID') !== `${index},${methods[index]!.command}`) {
          throw new BrokenAnswer('expected the Results in the order of the Methods')
        }
        const row = element.child(`{${rowSchema}}row`)
        return {
          code: needed(element.child(sp('ErrorCode')), 'ErrorCode').text,
          text: element.child(sp('ErrorText'))?.text ?? null,
          row: row === undefined ? null : rowOf(row),
        }
      })
    },
  }
}
