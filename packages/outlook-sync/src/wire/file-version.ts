/** The version of a file as `ows_Attachments` has it, a GUID and a number. MS-LISTSWS 2.2.4.4, IncludeAttachmentVersion. */
export const fileVersion = (version: string): string => {
  const hex = version
    .replace(/[^0-9a-f]/gi, '')
    .toLowerCase()
    .padStart(32, '0')
    .slice(-32)
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
  return `{${parts.join('-')}},1`
}
