import { DavError } from '../errors.ts'

/** `Depth`, RFC 4918 §10.2; `null` when the header is not there, since each method has its own default. */
export type Depth = '0' | '1' | 'infinity'

/** @throws {DavError} 400 for anything else than the three values. */
export const readDepth = (headers: Headers): Depth | null => {
  const text = headers.get('depth')?.trim().toLowerCase()
  if (text === undefined) return null
  if (text === '0' || text === '1' || text === 'infinity') return text
  throw new DavError(400, { message: 'Expected Depth to be 0, 1 or infinity' })
}

/** What `Prefer` (RFC 8144) and Microsoft's `Brief` ask for. */
export interface Preferences {
  /** Leave out what was not found, and bodies that only say "done". */
  readonly minimal: boolean
  /** Send back what is stored after a write. */
  readonly representation: boolean
  /** Depth 1 without the collection itself. RFC 8144 §4. */
  readonly noRoot: boolean
}

/** Apple writes `return-minimal` and `Brief: t`, also together. Unknown preferences are ignored (RFC 7240 §2). */
export const readPreferences = (headers: Headers): Preferences => {
  const prefer = (headers.get('prefer') ?? '').toLowerCase().split(',')
  const wants = (token: string) => prefer.some((part) => part.split(';', 1)[0]?.replace(/[\s"]/g, '') === token)
  return {
    minimal: wants('return=minimal') || wants('return-minimal') || headers.get('brief')?.trim().toLowerCase() === 't',
    representation: wants('return=representation'),
    noRoot: wants('depth-noroot'),
  }
}

/** The header fields with which an answer says which preference it followed. RFC 8144 §2: caches must know. */
export const preferenceHeaders = (applied: string | null): Record<string, string> =>
  applied === null ? { vary: 'Prefer, Brief' } : { vary: 'Prefer, Brief', 'preference-applied': applied }
