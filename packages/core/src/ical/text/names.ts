import { CR, decode, LF, unfold } from './bytes.ts'

const isName = new Uint8Array(256)
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.') isName[char.charCodeAt(0)] = 1

/** By octet: 1 where it may stand in a name. RFC 5545 §3.1, and `_` (seen in the wild) and `.` (property groups). */
export const nameOctets: Readonly<Uint8Array> = isName

/** True for a text that can stand as a property, parameter or component name on a content line. */
export function isContentName(text: string): boolean {
  if (text.length === 0 || text.length > 255) return false
  for (let i = 0; i < text.length; i++) if (isName[text.charCodeAt(i)] !== 1) return false
  return true
}

const slots = 4096
const longestCached = 64

/** Direct-mapped and of fixed size: names made up by an attacker cost a decode each, and no memory. Shared by all documents. */
const cache: (string | undefined)[] = new Array(slots).fill(undefined)

/** Turns name octets into an upper-case string, reusing the string of a name met before: a file has few names and many lines. */
export function nameAt(bytes: Uint8Array, start: number, end: number, folded: boolean): string {
  if (folded && hasFold(bytes, start, end)) {
    const plain = unfold(bytes, start, end)
    return nameAt(plain, 0, plain.length, false)
  }
  if (end - start > longestCached) return decode(bytes, start, end).toUpperCase()
  const slot = slotOf(bytes, start, end)
  const known = cache[slot]
  if (known !== undefined && isSame(known, bytes, start, end)) return known
  const name = decode(bytes, start, end).toUpperCase()
  cache[slot] = name
  return name
}

/** A line that is folded rarely is so within its name. */
function hasFold(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] === LF || bytes[i] === CR) return true
  return false
}

function isSame(name: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false
  for (let i = start; i < end; i++) if (name.charCodeAt(i - start) !== upper(bytes[i] as number)) return false
  return true
}

/** Of all octets, so that the usual names meet each other in no slot; `isSame` decides. */
function slotOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 33) + ((bytes[i] as number) & 0x1f)) | 0
  return hash & (slots - 1)
}

/** An octet of ASCII in upper case. */
export function upper(octet: number): number {
  return octet >= 0x61 && octet <= 0x7a ? octet - 0x20 : octet
}
