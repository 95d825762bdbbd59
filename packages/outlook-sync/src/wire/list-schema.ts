import { attributesText } from './markup.ts'

/** Name, ID, type, display name, other attributes and children of a field, as SharePoint describes its calendars. */
type FieldRow = readonly [string, string, string, string, string, string?]

/**
 * The schema of a calendar list: MS-OUTSPS 3.2.4.2.1 and 3.2.4.2.2, with what rows carry beside it. A client finds a field by its ID, else by
 * its name. BusyStatus, Priority, Categories, ReplicationID and the like are absent on purpose: they live in the property bag, and the
 * schema would win.
 */
const fields: readonly FieldRow[] = [
  [
    'ID',
    '1d22ea11-1e32-424e-89ab-9fedbadb6ce1',
    'Counter',
    'ID',
    'ColName="tp_ID" RowOrdinal="0" ReadOnly="TRUE" PrimaryKey="TRUE" FromBaseType="TRUE"',
  ],
  [
    'ContentTypeId',
    '03e45e84-1992-4d42-9116-26f756012634',
    'ContentTypeId',
    'Content Type ID',
    'RowOrdinal="0" Sealed="TRUE" ReadOnly="TRUE" Hidden="TRUE" DisplaceOnUpgrade="TRUE" ColName="tp_ContentTypeId" FromBaseType="TRUE"',
  ],
  [
    'ContentType',
    'c042a256-787d-4a6f-8a8a-cf6ab767f12d',
    'Computed',
    'Content Type',
    'DisplaceOnUpgrade="TRUE" RenderXMLUsingPattern="TRUE" Sortable="FALSE" Group="_Hidden" PITarget="MicrosoftWindowsSharePointServices" PIAttribute="ContentTypeID" FromBaseType="TRUE"',
    '<FieldRefs><FieldRef Name="ContentTypeId"/></FieldRefs><DisplayPattern><MapToContentType><Column Name="ContentTypeId"/></MapToContentType></DisplayPattern>',
  ],
  [
    'Title',
    'fa564e0f-0c70-4ab9-b863-0177e6ddd247',
    'Text',
    'Title',
    'Required="TRUE" FromBaseType="TRUE" ColName="nvarchar1"',
  ],
  [
    'Modified',
    '28cf69c5-fa48-462a-b5cd-27b6f9d2bd5f',
    'DateTime',
    'Modified',
    'ColName="tp_Modified" RowOrdinal="0" ReadOnly="TRUE" StorageTZ="TRUE" FromBaseType="TRUE"',
  ],
  [
    'Created',
    '8c06beca-0777-48f7-91c7-6da68bc07b69',
    'DateTime',
    'Created',
    'ColName="tp_Created" RowOrdinal="0" ReadOnly="TRUE" StorageTZ="TRUE" FromBaseType="TRUE"',
  ],
  [
    'Author',
    '1df5e554-ec7e-46a6-901d-d85a3881cb18',
    'User',
    'Created By',
    'ColName="tp_Author" RowOrdinal="0" ReadOnly="TRUE" List="UserInfo" FromBaseType="TRUE"',
  ],
  [
    'Editor',
    'd31655d1-1d5b-4511-95a1-7a09e9b75bf2',
    'User',
    'Modified By',
    'ColName="tp_Editor" RowOrdinal="0" ReadOnly="TRUE" List="UserInfo" FromBaseType="TRUE"',
  ],
  [
    'owshiddenversion',
    'd4e44a66-ee3a-4d02-88c9-4ec5ff3f4cd5',
    'Integer',
    'owshiddenversion',
    'ColName="tp_Version" RowOrdinal="0" Hidden="TRUE" ReadOnly="TRUE" SetAs="owshiddenversion" FromBaseType="TRUE"',
  ],
  [
    'WorkflowVersion',
    'f1e020bc-ba26-443f-bf2f-b68715017bbc',
    'Integer',
    'Workflow Version',
    'ColName="tp_WorkflowVersion" RowOrdinal="0" Hidden="TRUE" ReadOnly="TRUE" DisplaceOnUpgrade="TRUE" FromBaseType="TRUE"',
  ],
  [
    '_UIVersion',
    '7841bf41-43d0-4434-9f50-a673baef7631',
    'Integer',
    'UI Version',
    'ColName="tp_UIVersion" RowOrdinal="0" ReadOnly="TRUE" DisplaceOnUpgrade="TRUE" Hidden="TRUE" CanToggleHidden="TRUE" Required="FALSE" FromBaseType="TRUE"',
  ],
  [
    '_UIVersionString',
    'dce8262a-3ae9-45aa-aab4-83bd75fb738a',
    'Text',
    'Version',
    'ColName="tp_UIVersionString" RowOrdinal="0" ReadOnly="TRUE" DisplaceOnUpgrade="TRUE" CanToggleHidden="TRUE" Required="FALSE" FromBaseType="TRUE"',
  ],
  [
    'Attachments',
    '67df98f4-9dec-48ff-a553-29bece9c5bf4',
    'Attachments',
    'Attachments',
    'ColName="tp_HasAttachment" RowOrdinal="0" FromBaseType="TRUE"',
  ],
  [
    '_ModerationStatus',
    'fdc3b2ed-5bf2-4835-a4bc-b885f3396a61',
    'ModStat',
    'Approval Status',
    'ColName="tp_ModerationStatus" RowOrdinal="0" ReadOnly="TRUE" Hidden="TRUE" CanToggleHidden="TRUE" Required="FALSE" FromBaseType="TRUE"',
    '<CHOICES><CHOICE>0;#Approved</CHOICE><CHOICE>1;#Rejected</CHOICE><CHOICE>2;#Pending</CHOICE><CHOICE>3;#Draft</CHOICE><CHOICE>4;#Scheduled</CHOICE></CHOICES><Default>0</Default>',
  ],
  [
    'InstanceID',
    '50a54da4-1528-4e67-954a-e2d24f1e9efb',
    'Integer',
    'Instance ID',
    'ColName="tp_InstanceID" RowOrdinal="0" ReadOnly="TRUE" Hidden="TRUE" Min="0" Max="99991231" Filterable="TRUE" Sortable="TRUE" FromBaseType="TRUE"',
  ],
  [
    'Order',
    'ca4addac-796f-4b23-b093-d2a3f65c0774',
    'Number',
    'Order',
    'ColName="tp_ItemOrder" RowOrdinal="0" Hidden="TRUE" FromBaseType="TRUE"',
  ],
  [
    'GUID',
    'ae069f25-3ac2-4256-b9c3-15dbc15da0e0',
    'Guid',
    'GUID',
    'ColName="tp_GUID" RowOrdinal="0" ReadOnly="TRUE" Hidden="TRUE" FromBaseType="TRUE"',
  ],
  [
    'FileRef',
    '94f89715-e097-4e8b-ba79-ea02aa8b7adb',
    'Lookup',
    'URL Path',
    'DisplaceOnUpgrade="TRUE" ReadOnly="TRUE" Hidden="TRUE" List="Docs" FieldRef="ID" ShowField="FullUrl" JoinColName="DoclibRowId" JoinRowOrdinal="0" JoinType="INNER" FromBaseType="TRUE"',
  ],
  [
    'FileDirRef',
    '56605df6-8fa1-47e4-a04c-5b384d59609f',
    'Lookup',
    'Path',
    'DisplaceOnUpgrade="TRUE" ReadOnly="TRUE" Hidden="TRUE" List="Docs" FieldRef="ID" ShowField="DirName" JoinColName="DoclibRowId" JoinRowOrdinal="0" JoinType="INNER" FromBaseType="TRUE"',
  ],
  [
    'Last_x0020_Modified',
    '173f76c8-aebd-446a-9bc9-769a2bd2c18f',
    'Lookup',
    'Modified',
    'DisplaceOnUpgrade="TRUE" ReadOnly="TRUE" Hidden="TRUE" List="Docs" FieldRef="ID" ShowField="TimeLastModified" Format="TRUE" JoinColName="DoclibRowId" JoinRowOrdinal="0" JoinType="INNER" FromBaseType="TRUE"',
  ],
  [
    'Created_x0020_Date',
    '998b5cff-4a35-47a7-92f3-3914aa6aa4a2',
    'Lookup',
    'Created',
    'DisplaceOnUpgrade="TRUE" ReadOnly="TRUE" Hidden="TRUE" List="Docs" FieldRef="ID" ShowField="TimeCreated" Format="TRUE" JoinColName="DoclibRowId" JoinRowOrdinal="0" JoinType="INNER" FromBaseType="TRUE"',
  ],
  [
    'FSObjType',
    '30bb605f-5bae-48fe-b4e3-1f81d9772af9',
    'Lookup',
    'Item Type',
    'DisplaceOnUpgrade="TRUE" ReadOnly="TRUE" Hidden="TRUE" ShowInFileDlg="FALSE" List="Docs" FieldRef="ID" ShowField="FSType" JoinColName="DoclibRowId" JoinRowOrdinal="0" JoinType="INNER" FromBaseType="TRUE"',
  ],
  [
    'SortBehavior',
    '423874f8-c300-4bfb-b7a1-42e2159e3b19',
    'Lookup',
    'Sort Type',
    'DisplaceOnUpgrade="TRUE" ReadOnly="TRUE" Hidden="TRUE" ShowInFileDlg="FALSE" List="Docs" FieldRef="ID" ShowField="SortBehavior" JoinColName="DoclibRowId" JoinRowOrdinal="0" JoinType="INNER" FromBaseType="TRUE"',
  ],
  [
    'PermMask',
    'ba3c27ee-4791-4867-8821-ff99000bac98',
    'Computed',
    'Effective Permissions Mask',
    'DisplaceOnUpgrade="TRUE" ReadOnly="TRUE" Hidden="TRUE" RenderXMLUsingPattern="TRUE" ShowInFileDlg="FALSE" FromBaseType="TRUE"',
    '<FieldRefs><FieldRef Name="ID"/></FieldRefs><DisplayPattern><CurrentRights/></DisplayPattern>',
  ],
  [
    'FileLeafRef',
    '8553196d-ec8d-4564-9861-3dbe931050c8',
    'File',
    'Name',
    'Hidden="TRUE" ShowInFileDlg="FALSE" ShowInVersionHistory="FALSE" DisplaceOnUpgrade="TRUE" List="Docs" FieldRef="ID" ShowField="LeafName" JoinColName="DoclibRowId" JoinRowOrdinal="0" JoinType="INNER" FromBaseType="TRUE"',
  ],
  [
    'UniqueId',
    '4b7403de-8d94-43e8-9f0f-137a3e298126',
    'Lookup',
    'Unique Id',
    'DisplaceOnUpgrade="TRUE" ReadOnly="TRUE" Hidden="TRUE" ShowInFileDlg="FALSE" List="Docs" FieldRef="ID" ShowField="UniqueId" JoinColName="DoclibRowId" JoinRowOrdinal="0" JoinType="INNER" FromBaseType="TRUE"',
  ],
  [
    'ProgId',
    'c5c4b81c-f1d9-4b43-a6a2-090df32ebb68',
    'Lookup',
    'ProgId',
    'DisplaceOnUpgrade="TRUE" ReadOnly="TRUE" Hidden="TRUE" ShowInFileDlg="FALSE" List="Docs" FieldRef="ID" ShowField="ProgId" JoinColName="DoclibRowId" JoinRowOrdinal="0" JoinType="INNER" FromBaseType="TRUE"',
  ],
  [
    'ScopeId',
    'dddd2420-b270-4735-93b5-92b713d0944d',
    'Lookup',
    'ScopeId',
    'DisplaceOnUpgrade="TRUE" ReadOnly="TRUE" Hidden="TRUE" ShowInFileDlg="FALSE" List="Docs" FieldRef="ID" ShowField="ScopeId" JoinColName="DoclibRowId" JoinRowOrdinal="0" JoinType="INNER" FromBaseType="TRUE"',
  ],
  [
    'MetaInfo',
    '687c7f94-686a-42d3-9b67-2782eac4b4f8',
    'Lookup',
    'Property Bag',
    'DisplaceOnUpgrade="TRUE" Hidden="TRUE" ShowInFileDlg="FALSE" List="Docs" FieldRef="ID" ShowField="MetaInfo" JoinColName="DoclibRowId" JoinType="INNER" FromBaseType="TRUE"',
  ],
  [
    '_Level',
    '43bdd51b-3c5b-4e78-90a8-fb2087f71e70',
    'Integer',
    'Level',
    'ColName="tp_Level" RowOrdinal="0" ReadOnly="TRUE" DisplaceOnUpgrade="TRUE" Hidden="TRUE" Required="FALSE" FromBaseType="TRUE"',
  ],
  [
    '_IsCurrentVersion',
    'c101c3e7-122d-4d4d-bc34-58e94a38c816',
    'Boolean',
    'Is Current Version',
    'ColName="tp_IsCurrentVersion" DisplaceOnUpgrade="TRUE" RowOrdinal="0" ReadOnly="TRUE" Hidden="TRUE" Required="FALSE" FromBaseType="TRUE"',
  ],
  [
    'ItemChildCount',
    'b824e17e-a1b3-426e-aecf-f0184d900485',
    'Lookup',
    'Item Child Count',
    'DisplaceOnUpgrade="TRUE" ReadOnly="TRUE" ShowInFileDlg="FALSE" List="Docs" FieldRef="ID" ShowField="ItemChildCount" JoinColName="DoclibRowId" JoinRowOrdinal="0" JoinType="INNER" FromBaseType="TRUE"',
  ],
  [
    'FolderChildCount',
    '960ff01f-2b6d-4f1b-9c3f-e19ad8927341',
    'Lookup',
    'Folder Child Count',
    'DisplaceOnUpgrade="TRUE" ReadOnly="TRUE" ShowInFileDlg="FALSE" List="Docs" FieldRef="ID" ShowField="FolderChildCount" JoinColName="DoclibRowId" JoinRowOrdinal="0" JoinType="INNER" FromBaseType="TRUE"',
  ],
  ['Location', '288f5f32-8462-4175-8f09-dd7ba29359a9', 'Text', 'Location', 'Sealed="TRUE" ColName="nvarchar3"'],
  [
    'EventDate',
    '64cd368d-2f95-4bfc-a1f9-8d4324ecb007',
    'DateTime',
    'Start Time',
    'Format="DateTime" Sealed="TRUE" Required="TRUE" FromBaseType="TRUE" Filterable="FALSE" FilterableNoRecurrence="TRUE" ColName="datetime1"',
    '<Default>[today]</Default><FieldRefs><FieldRef Name="fAllDayEvent" RefType="AllDayEvent"/></FieldRefs><DefaultFormulaValue/>',
  ],
  [
    'EndDate',
    '2684f9f2-54be-429f-ba06-76754fc056bf',
    'DateTime',
    'End Time',
    'Format="DateTime" Sealed="TRUE" Required="TRUE" Filterable="FALSE" FilterableNoRecurrence="TRUE" Indexed="TRUE" ColName="datetime2"',
    '<Default>[today]</Default><FieldRefs><FieldRef Name="fAllDayEvent" RefType="AllDayEvent"/></FieldRefs><DefaultFormulaValue/>',
  ],
  [
    'Description',
    '9da97a8a-1da5-4a77-98d3-4bc10456e700',
    'Note',
    'Description',
    'RichText="TRUE" Sortable="FALSE" Sealed="TRUE" ColName="ntext2"',
  ],
  [
    'fAllDayEvent',
    '7d95d1f4-f5fd-4a70-90cd-b35abc9b5bc8',
    'AllDayEvent',
    'All Day Event',
    'DisplaceOnUpgrade="TRUE" Sealed="TRUE" ColName="bit1"',
    '<FieldRefs><FieldRef Name="EventDate" RefType="StartDate"/><FieldRef Name="EndDate" RefType="EndDate"/><FieldRef Name="TimeZone" RefType="TimeZone"/><FieldRef Name="XMLTZone" RefType="XMLTZone"/></FieldRefs>',
  ],
  [
    'fRecurrence',
    'f2e63656-135e-4f1c-8fc2-ccbe74071901',
    'Recurrence',
    'Recurrence',
    'DisplayImage="recur.gif" ExceptionImage="recurEx.gif" HeaderImage="recurrence.gif" ClassInfo="Icon" Sealed="TRUE" NoEditFormBreak="TRUE" ColName="bit2"',
    '<Default>FALSE</Default><FieldRefs><FieldRef Name="RecurrenceData" RefType="RecurData"/><FieldRef Name="EventType" RefType="EventType"/><FieldRef Name="UID" RefType="UID"/><FieldRef Name="RecurrenceID" RefType="RecurrenceId"/><FieldRef Name="EventCanceled" RefType="EventCancel"/><FieldRef Name="EventDate" RefType="StartDate"/><FieldRef Name="EndDate" RefType="EndDate"/><FieldRef Name="Duration" RefType="Duration"/><FieldRef Name="TimeZone" RefType="TimeZone"/><FieldRef Name="XMLTZone" RefType="XMLTZone"/><FieldRef Name="MasterSeriesItemID" RefType="MasterSeriesItemID"/><FieldRef Name="WorkspaceLink" RefType="CPLink"/><FieldRef Name="Workspace" RefType="LinkURL"/></FieldRefs>',
  ],
  [
    'WorkspaceLink',
    '08fc65f9-48eb-4e99-bd61-5946c439e691',
    'CrossProjectLink',
    'Workspace',
    'Format="EventList" DisplayImage="mtgicon.gif" HeaderImage="mtgicnhd.gif" ClassInfo="Icon" Filterable="TRUE" Sealed="TRUE" Hidden="TRUE" ShowInViewForm="FALSE" ShowInEditForm="FALSE" ColName="bit3"',
    '<FieldRefs><FieldRef Name="Workspace" RefType="LinkURL"/><FieldRef Name="RecurrenceID" RefType="RecurrenceId"/><FieldRef Name="EventType" RefType="EventType"/><FieldRef Name="UID" RefType="UID"/></FieldRefs>',
  ],
  [
    'EventType',
    '5d1d4e76-091a-4e03-ae83-6a59847731c0',
    'Integer',
    'Event Type',
    'Sealed="TRUE" Hidden="TRUE" ColName="int1"',
  ],
  [
    'UID',
    '63055d04-01b5-48f3-9e1e-e564e7c6b23b',
    'Guid',
    'UID',
    'Sealed="TRUE" Hidden="TRUE" ColName="uniqueidentifier1"',
  ],
  [
    'RecurrenceID',
    'dfcc8fff-7c4c-45d6-94ed-14ce0719efef',
    'DateTime',
    'Recurrence ID',
    'CalType="1" Format="ISO8601Gregorian" Sealed="TRUE" Hidden="TRUE" ColName="datetime3"',
  ],
  [
    'EventCanceled',
    'b8bbe503-bb22-4237-8d9e-0587756a2176',
    'Boolean',
    'Event Cancelled',
    'Sealed="TRUE" Hidden="TRUE" ColName="bit4"',
  ],
  [
    'Duration',
    '4d54445d-1c84-4a6d-b8db-a51ded4e1acc',
    'Integer',
    'Duration',
    'Hidden="TRUE" Sealed="TRUE" ColName="int2"',
  ],
  [
    'RecurrenceData',
    'd12572d0-0a1e-4438-89b5-4d0430be7603',
    'Note',
    'RecurrenceData',
    'Hidden="TRUE" Sealed="TRUE" ColName="ntext3"',
  ],
  [
    'TimeZone',
    '6cc1c612-748a-48d8-88f2-944f477f301b',
    'Integer',
    'TimeZone',
    'Sealed="TRUE" Hidden="TRUE" ColName="int3"',
  ],
  [
    'XMLTZone',
    'c4b72ed6-45aa-4422-bff1-2b6750d30819',
    'Note',
    'XMLTZone',
    'Hidden="TRUE" Sealed="TRUE" ColName="ntext4"',
  ],
  [
    'MasterSeriesItemID',
    '9b2bed84-7769-40e3-9b1d-7954a4053834',
    'Integer',
    'MasterSeriesItemID',
    'Sealed="TRUE" Hidden="TRUE" Indexed="TRUE" ColName="int4"',
  ],
  [
    'Workspace',
    '881eac4a-55a5-48b6-a28e-8329d7486120',
    'URL',
    'WorkspaceUrl',
    'Hidden="TRUE" Sealed="TRUE" ColName="nvarchar4" ColName2="nvarchar5"',
  ],
  [
    'ParticipantsPicker',
    '8137f7ad-9170-4c1d-a17b-4ca7f557bc88',
    'UserMulti',
    'Attendees',
    'List="UserInfo" Mult="TRUE" Required="FALSE" ShowField="ImnName" UserSelectionMode="PeopleAndGroups" UserSelectionScope="0" ' +
      'Sortable="FALSE" Sealed="FALSE" AllowDeletion="FALSE" ColName="int5"',
  ],
]

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
