import type { KeptPatch, KeptProperties, PropertyStore } from '@dayport/caldav-protocol'
import type { Access } from './database.ts'

export const createPropertyStore = (access: Access): PropertyStore => ({
  getProperties: async (scope, item, options) => {
    const text = 'SELECT properties FROM dayport_property WHERE scope = ? AND item = ?'
    return keptOf(access.reading(options).get<{ properties: string }>(text, scope, item)?.properties)
  },
  listProperties: async (scope, options) => {
    const text = 'SELECT item, properties FROM dayport_property WHERE scope = ?'
    const rows = access.reading(options).all<{ item: string; properties: string }>(text, scope)
    return new Map(rows.map(({ item, properties }) => [item, keptOf(properties)]))
  },
  patchProperties: (scope, item, patch, options) =>
    access.writing(options, (sql) => {
      const text = 'SELECT properties FROM dayport_property WHERE scope = ? AND item = ?'
      const patched = patchedProperties(keptOf(sql.get<{ properties: string }>(text, scope, item)?.properties), patch)
      if (Object.keys(patched).length === 0) {
        sql.run('DELETE FROM dayport_property WHERE scope = ? AND item = ?', scope, item)
      } else sql.run('INSERT OR REPLACE INTO dayport_property VALUES (?, ?, ?)', scope, item, JSON.stringify(patched))
    }),
  removeProperties: (scope, item, options) =>
    access.writing(options, (sql) => {
      if (item === null) sql.run('DELETE FROM dayport_property WHERE scope = ?', scope)
      else sql.run('DELETE FROM dayport_property WHERE scope = ? AND item = ?', scope, item)
    }),
})

/** JSON keeps `__proto__` as a name of its own. */
export const keptOf = (json: string | undefined): KeptProperties =>
  json === undefined ? {} : (JSON.parse(json) as KeptProperties)

/** Written here and not taken from the door: storage knows its types only. */
export const patchedProperties = (kept: KeptProperties, patch: KeptPatch): KeptProperties => {
  const merged = new Map(Object.entries(kept))
  for (const [name, xml] of Object.entries(patch)) {
    if (xml === null) merged.delete(name)
    else merged.set(name, xml)
  }
  return Object.fromEntries(merged)
}
