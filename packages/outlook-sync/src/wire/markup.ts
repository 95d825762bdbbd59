import { escapeAttribute } from '@dayport/core/xml'

/** ` name="value"` for each that has a value; of two of one name the first. */
export const attributesText = (values: Iterable<readonly [string, string | undefined]>): string => {
  const seen = new Set<string>()
  let text = ''
  for (const [name, value] of values) {
    if (value === undefined || seen.has(name)) continue
    seen.add(name)
    text += ` ${name}="${escapeAttribute(value)}"`
  }
  return text
}

/** A name as part of an attribute's name: other characters become `_x0020_`. MS-LISTSWS 2.2.4.4. */
export const encodedName = (name: string): string =>
  /^[A-Za-z0-9_.-]*$/.test(name)
    ? name
    : name.replace(/[^A-Za-z0-9_.-]/g, (char) => `_x${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)

/** As SharePoint writes GUIDs: upper case, in braces. */
export const braced = (guid: string): string => `{${guid.toUpperCase()}}`
