const classId = '040000008200E00074C5B7101A82E008'
/** `vCal-Uid` and 01 00 00 00. */
const wrapMark = '7643616C2D55696401000000'

/**
 * The UID that a creator wrote, out of a GlobalObjectId in hex (of either kind) or of a UID as Exchange tells it: a wrapped foreign one
 * is unwrapped, Outlook's own stays hex, in upper case and without the date of an occurrence. MS-OXOCAL 2.2.1.27.
 */
export const cleanUid = (uid: string): string => {
  const hex = uid.trim().toUpperCase()
  if (!/^(?:[0-9A-F]{2}){40,}$/.test(hex) || !hex.startsWith(classId)) return uid.trim()
  const clean = `${hex.slice(0, 32)}00000000${hex.slice(40)}`
  const data = hex.slice(80)
  if (!data.startsWith(wrapMark)) return clean
  const bytes = Uint8Array.from(data.slice(wrapMark.length).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  // Some writers end the text with a zero byte.
  const end = bytes.at(-1) === 0 ? bytes.length - 1 : bytes.length
  return new TextDecoder().decode(bytes.subarray(0, end))
}

/** The GlobalObjectId, in hex, under which a foreign UID is kept; Outlook's own hex UIDs are theirs already. */
export const globalObjectId = (uid: string): string => {
  const hex = uid.trim().toUpperCase()
  if (/^(?:[0-9A-F]{2}){40,}$/.test(hex) && hex.startsWith(classId)) return cleanUid(hex)
  const text = [...new TextEncoder().encode(uid), 0].map(twoDigits).join('')
  const data = wrapMark + text
  const size = data.length / 2
  const length = [size, size >>> 8, size >>> 16, size >>> 24].map((value) => twoDigits(value & 255)).join('')
  return `${classId}${'00'.repeat(20)}${length}${data}`
}

const twoDigits = (byte: number): string => byte.toString(16).padStart(2, '0').toUpperCase()
