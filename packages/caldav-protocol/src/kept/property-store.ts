import type { CallOptions, WriteOptions } from '@dayport/core'
import type { ClarkName } from '@dayport/core/xml'

/** Properties that nobody but the client understands, by Clark name, each as the XML of the whole property element. RFC 4918 §4. */
export type KeptProperties = Readonly<Record<ClarkName, string>>

/** `null` removes; the others are merged in. */
export type KeptPatch = Readonly<Record<ClarkName, string | null>>

/**
 * Kept properties of what has no place for them in the calendar store: objects, homes, and what a person keeps of another's calendar.
 * A scope is a calendar or a person, an item is a name in it; both are opaque text to the store.
 */
export interface PropertyStore {
  /** `{}` when there are none. */
  getProperties(scope: string, item: string, options?: CallOptions): Promise<KeptProperties>
  /** Of every item of the scope that has any. */
  listProperties(scope: string, options?: CallOptions): Promise<ReadonlyMap<string, KeptProperties>>
  patchProperties(scope: string, item: string, patch: KeptPatch, options?: WriteOptions): Promise<void>
  /** All of one item, or (`null`) of the whole scope. Nothing there is no error. */
  removeProperties(scope: string, item: string | null, options?: WriteOptions): Promise<void>
}

/** The properties after a patch. For authors of stores. Names come from outside: `__proto__` stays a name. */
export const patchKept = (kept: KeptProperties, patch: KeptPatch): KeptProperties => {
  const merged = new Map(Object.entries(kept))
  for (const [name, xml] of Object.entries(patch)) {
    if (xml === null) merged.delete(name)
    else merged.set(name, xml)
  }
  return Object.fromEntries(merged)
}
