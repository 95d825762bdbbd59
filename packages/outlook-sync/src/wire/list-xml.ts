import { escapeText } from '@dayport/core/xml'
import type { ListDescription } from '../list-service.ts'
import { biasMinutes, listDate } from './dates.ts'
import { fieldsXml, schemaVersion } from './list-schema.ts'
import { attributesText, braced } from './markup.ts'
import { listFolder, type Place } from './place.ts'

/** At least 12.0.0.4326, or Outlook does not ask for changes since a token. MS-OUTSPS 7 note 2. */
export const serverVersion = '15.0.4420.1017'

/** Attributes that say the same of every list, in SharePoint's order. MS-LISTSWS 2.2.4.11. */
const listAttributes = (list: ListDescription, { basePath }: Place): readonly (readonly [string, string])[] => {
  const guid = braced(list.guid)
  const folder = `${basePath}/${listFolder}`
  return [
    ['DocTemplateUrl', ''],
    ['DefaultViewUrl', `${folder}/calendar.aspx`],
    ['MobileDefaultViewUrl', ''],
    ['ID', guid],
    ['Title', list.title],
    ['Description', list.description],
    ['ImageUrl', '/_layouts/15/images/itevent.png'],
    ['Name', guid],
    ['BaseType', '0'],
    ['FeatureId', '{00BFEA71-EC85-4903-972D-EBE475780106}'],
    ['ServerTemplate', '106'],
    ['Created', listDate(list.createdMs)],
    ['Modified', listDate(list.modifiedMs)],
    ['LastDeleted', listDate(list.lastDeletedMs)],
    ['Version', `${schemaVersion}`],
    ['Direction', 'none'],
    ['ThumbnailSize', '0'],
    ['WebImageWidth', '0'],
    ['WebImageHeight', '0'],
    ['Flags', '541069312'],
    ['ItemCount', `${list.itemCount}`],
    ['AnonymousPermMask', '0'],
    ['RootFolder', folder],
    ['ReadSecurity', '1'],
    ['WriteSecurity', list.mayWrite ? '1' : '4'],
    ['Author', '1'],
    ['EventSinkAssembly', ''],
    ['EventSinkClass', ''],
    ['EventSinkData', ''],
    ['EmailAlias', ''],
    ['WebFullUrl', basePath],
    ['WebId', list.guid.toLowerCase()],
    ['SendToLocation', ''],
    ['ScopeId', list.guid.toLowerCase()],
    ['MajorVersionLimit', '0'],
    ['MajorWithMinorVersionsLimit', '0'],
    ['WorkFlowId', '00000000-0000-0000-0000-000000000000'],
    ['HasUniqueScopes', 'False'],
    ['NoThrottleListOperations', 'False'],
    ['HasRelatedLists', 'False'],
    ['Followable', 'False'],
    ['AllowDeletion', 'True'],
    ['AllowMultiResponses', 'False'],
    ['EnableAttachments', 'True'],
    ['EnableModeration', 'False'],
    ['EnableVersioning', 'False'],
    ['HasExternalDataSource', 'False'],
    ['Hidden', 'False'],
    ['MultipleDataList', 'False'],
    ['Ordered', 'False'],
    ['ShowUser', 'True'],
    ['EnablePeopleSelector', 'False'],
    ['EnableResourceSelector', 'False'],
    ['EnableMinorVersion', 'False'],
    ['RequireCheckout', 'False'],
    ['ThrottleListOperations', 'False'],
    ['ExcludeFromOfflineClient', 'False'],
    ['EnableFolderCreation', 'False'],
    ['IrmEnabled', 'False'],
    ['IsApplicationList', 'False'],
    ['PreserveEmptyValues', 'False'],
    ['StrictTypeCoercion', 'False'],
    ['EnforceDataValidation', 'False'],
    ['MaxItemsPerThrottledOperation', '5000'],
  ]
}

/** Without its fields and settings, as `GetListCollection` has it. */
export const listSummaryXml = (list: ListDescription, place: Place): string =>
  `<List${attributesText(listAttributes(list, place))}/>`

const settingsXml = ({ timeZone }: ListDescription, { basePath }: Place, nowMs: number): string =>
  '<RegionalSettings><Language>1033</Language><Locale>1033</Locale><AdvanceHijri>0</AdvanceHijri><CalendarType>1</CalendarType>' +
  `<Time24>True</Time24><TimeZone>${biasMinutes(timeZone, nowMs)}</TimeZone><SortOrder>2070</SortOrder><Presence>True</Presence>` +
  `</RegionalSettings><ServerSettings><ServerVersion>${serverVersion}</ServerVersion><RecycleBinEnabled>False</RecycleBinEnabled>` +
  `<ServerRelativeUrl>${escapeText(basePath)}</ServerRelativeUrl></ServerSettings>`

/** The whole list with fields and settings, in the order of MS-LISTSWS 2.2.4.12. `nowMs` is ms since the Unix epoch. */
export const listXml = (list: ListDescription, place: Place, nowMs: number): string => {
  const today = `${new Date(nowMs).toISOString().slice(0, 10)}T00:00:00Z`
  const start = `<List${attributesText(listAttributes(list, place))}>`
  return `${start}${fieldsXml(today)}${settingsXml(list, place, nowMs)}</List>`
}
