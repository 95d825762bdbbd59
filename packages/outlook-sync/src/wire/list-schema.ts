import { baseFields } from './base-fields.ts'
import { calendarFields } from './calendar-fields.ts'
import { attributesText } from './markup.ts'

/** Name, ID, type, display name, other attributes and children of a field, as SharePoint describes its calendars. */
export type FieldRow = readonly [string, string, string, string, string, string?]

/**
 * The schema of a calendar list, in SharePoint's order. A client finds a field by its ID, else by its name. BusyStatus, Priority,
 * Categories, ReplicationID and the like are absent on purpose: they live in the property bag, and the schema would win.
 */
const fields: readonly FieldRow[] = [...baseFields, ...calendarFields]

/** Raised when {@link fields} changes: the `Version` of the list. */
export const schemaVersion = 1

const sourceId = 'http://schemas.microsoft.com/sharepoint/v3'

const fieldXml = ([name, id, type, displayName, more, children = '']: FieldRow, today: string): string => {
  const own = attributesText([
    ['ID', `{${id}}`],
    ['Type', type],
    ['Name', name],
    ['DisplayName', displayName],
    ['SourceID', sourceId],
    ['StaticName', name],
  ])
  const content = children.replace('<DefaultFormulaValue/>', `<DefaultFormulaValue>${today}</DefaultFormulaValue>`)
  return content === '' ? `<Field${own} ${more}/>` : `<Field${own} ${more}>${content}</Field>`
}

/** `Fields` of `GetList`. `today` is the midnight that new items begin with, as lists write times. */
export const fieldsXml = (today: string): string =>
  `<Fields>${fields.map((field) => fieldXml(field, today)).join('')}</Fields>`

/** Types by names, for filters. */
export const fieldTypes: ReadonlyMap<string, string> = new Map(fields.map(([name, , type]) => [name, type]))
