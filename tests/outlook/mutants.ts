import type { ListChanges, ListService, OutlookBindingStore, UploadResult } from '@dayport/outlook-sync'
import type { Mutation } from './world.ts'

/** Servers that are wrong in the ways that portals in the field are: specification section 11. A history has to find each of them out. */
export const mutants: Readonly<Record<string, Mutation>> = {
  'no version is compared': {
    lists: (lists) => ({
      ...lists,
      apply: (access, methods, options) =>
        lists.apply(
          access,
          methods.map((method) => ({ ...method, version: null })),
          options,
        ),
    }),
  },
  'ReplicationID is not looked at': {
    lists: (lists): ListService => {
      let sent = 0
      return {
        ...lists,
        apply: async (access, methods, options) => {
          // Another one each time, so that nothing is found by it, and the client's own in the answer.
          const results = await lists.apply(
            access,
            methods.map((method) => {
              const bag = new Map(method.upload.bag)
              if (bag.has('ReplicationID')) bag.set('ReplicationID', `{${++sent}}`)
              return { ...method, upload: { ...method.upload, bag } }
            }),
            options,
          )
          return results.map((result, at) => {
            const ReplicationID = methods[at]?.upload.bag.get('ReplicationID')
            return result.row === null || ReplicationID === undefined
              ? result
              : { ...result, row: { ...result.row, bag: { ...result.row.bag, ReplicationID } } }
          })
        },
      }
    },
  },
  'a deletion of an occurrence takes an unseen change with it': {
    lists: (lists) => ({
      ...lists,
      apply: async (access, methods, options) => {
        const results: UploadResult[] = []
        for (const method of methods) {
          const [result] = await lists.apply(access, [method], options)
          const isUnseen = method.command === 'New' && result?.code === '0x81020015'
          if (!isUnseen || result.row === null || method.upload.fields.get('EventType') !== '3') {
            results.push(...(result === undefined ? [] : [result]))
            continue
          }
          const { id } = result.row
          const upload = { fields: new Map<string, string>(), bag: new Map<string, string>() }
          await lists.apply(access, [{ command: 'Delete', id, version: null, upload }], options)
          results.push(...(await lists.apply(access, [method], options)))
        }
        return results
      },
    }),
  },
  'ids are used again': {
    bindings: (bindings): OutlookBindingStore => ({
      ...bindings,
      getList: async (ref, options) => {
        const list = await bindings.getList(ref, options)
        if (list === null) return null
        const living = await bindings.bindingsAfter(ref, null, 1_000_000, options)
        return { ...list, lastItemId: living.reduce((most, { id }) => Math.max(most, id), 0) }
      },
    }),
  },
  'tokens come from a clock': {
    lists: (lists, { bindings, now }): ListService => {
      const sequences = new Map<number, number>()
      const second = (): number => Math.floor(now() / 1000)
      return {
        ...lists,
        changes: async (access, token, options) => {
          const parts = token?.split(';')
          const at = Number(parts?.at(-1))
          const known = parts === undefined ? null : [...parts.slice(0, -1), sequences.get(at) ?? 0].join(';')
          const changes: ListChanges | null = await lists.changes(access, known, options)
          const list = await bindings.getList({ calendar: access.calendar, view: 'full' }, options)
          sequences.set(second(), list?.sequence ?? 0)
          return changes === null
            ? null
            : { ...changes, token: [...changes.token.split(';').slice(0, -1), second()].join(';') }
        },
      }
    },
  },
  'a deletion is forgotten at once': {
    lists: (lists) => ({
      ...lists,
      changes: async (access, token, options) => {
        const changes = await lists.changes(access, token, options)
        return changes === null ? null : { ...changes, deleted: [] }
      },
    }),
  },
  'what comes back is not told': {
    lists: (lists) => ({
      ...lists,
      changes: async (access, token, options) => {
        const changes = await lists.changes(access, token, options)
        return changes === null ? null : { ...changes, restored: [] }
      },
    }),
  },
  'what comes back is another item': {
    bindings: (bindings) => ({
      ...bindings,
      deletedOf: async (ref, uids, options) => {
        const gone = await bindings.deletedOf(ref, uids, options)
        return gone.map((item) => ({ ...item, uniqueId: item.uniqueId.replace(/^.{8}/, '11111111') }))
      },
    }),
  },
  'a change of content is the same version': {
    bindings: (bindings) => ({
      ...bindings,
      putBindings: async (ref, items, options) => {
        const kept = items.map(async (item) => {
          const before = await bindings.getBinding(ref, item.id, options)
          return before === null || item.deleted ? item : { ...item, version: before.version }
        })
        return bindings.putBindings(ref, await Promise.all(kept), options)
      },
    }),
  },
  'the GUID of a series is another one at each change': {
    bindings: (bindings) => ({
      ...bindings,
      putBindings: (ref, items, options) =>
        bindings.putBindings(
          ref,
          items.map((item) =>
            item.recurrenceDigest === null
              ? item
              : { ...item, seriesGuid: `${item.seriesGuid!.slice(0, -4)}${String(item.version).padStart(4, '0')}` },
          ),
          options,
        ),
    }),
  },
}
