import type { Component } from '../text/model.ts'
import type { RepairTerms } from './plan.ts'

/** Properties whose value is an address that a program may open by itself or at a click. */
const linked = new Set(['ATTACH', 'URL', 'IMAGE', 'CONFERENCE', 'STRUCTURED-DATA', 'LINK', 'SOURCE', 'TZURL'])

/**
 * Whether an address reaches into the machine or the network of whoever opens it, or runs there: `file:`, paths of Windows and UNC,
 * which hand out its sign-in (CVE-2023-23397), and scripts. White space and control characters count for nothing, as in browsers.
 */
export const isUnsafeAddress = (address: string): boolean =>
  acting.test(address.replace(/[\u0000-\u0020\u007f-\u00a0"]/g, ''))

const acting =
  /^(?:(?:file|smb|nfs|ldaps?|javascript|vbscript|jar|blob|view-source|search-ms|ms-[a-z-]+):|data:(?:text\/html|image\/svg)|[a-z]:[\\/]|[\\/]{2})/i

/** Properties with such an address go. What stands in the text itself is no address, though MP3 in BASE64 begins as a share does. */
export const repairAddresses = (component: Component, { edits }: Pick<RepairTerms, 'edits'>): void => {
  for (const property of component.properties) {
    if (!linked.has(property.name) || property.param('VALUE')?.toUpperCase() === 'BINARY') continue
    if (isUnsafeAddress(property.value)) edits.push((editor) => editor.remove(property))
  }
}
