import { deflateSync, inflateSync } from 'fflate'
import type { PortalData } from './model.ts'

/** Longest text of our property, in characters. */
export const maxPortalDataLength = 32_000
/** Longest JSON that is read out of it: an item's owner may have put anything there. */
const maxJsonBytes = 4 * 1024 * 1024

const form = /^dp1:(\d{1,7}):([A-Za-z0-9+/]+=*)$/

/** The text of our property: JSON, deflated, in base64. @returns `null` when it would be longer than the property may be. */
export const serializePortalData = (data: PortalData): string | null => {
  const json = new TextEncoder().encode(JSON.stringify(data))
  if (json.length > maxJsonBytes) return null
  const packed = deflateSync(json, { level: 9 })
  if (packed.length > maxPortalDataLength) return null
  let binary = ''
  for (const byte of packed) binary += String.fromCharCode(byte)
  const text = `dp1:${json.length}:${btoa(binary)}`
  return text.length > maxPortalDataLength ? null : text
}

/** Reads it; `null` for anything that `serializePortalData` did not make. */
export const parsePortalData = (text: string): PortalData | null => {
  const match = text.length > maxPortalDataLength ? null : form.exec(text)
  if (match === null || Number(match[1]) > maxJsonBytes) return null
  try {
    const packed = Uint8Array.from(atob(match[2]!), (char) => char.charCodeAt(0))
    // The buffer bounds what a bomb can become.
    const json = inflateSync(packed, { out: new Uint8Array(Number(match[1])) })
    const data: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json))
    return isPortalData(data) ? { source: data.source, uid: data.uid, zone: data.zone } : null
  } catch {
    return null
  }
}

const isPortalData = (data: unknown): data is PortalData => {
  if (typeof data !== 'object' || data === null) return false
  const { source, uid, zone } = data as Record<string, unknown>
  return (source === null || typeof source === 'string') && typeof uid === 'string' && typeof zone === 'string'
}
