import { CalendarError } from '@dayport/core'
import { parseXml } from '@dayport/core/xml'
import { textsOf } from './object-edits.ts'
import { ann, type World } from './world.ts'

/** A program with whole objects: what it last saw of them, and how it writes with the condition that they are still so. */
export interface TextClient {
  /** Objects by name, as last seen. */
  readonly objects: ReadonlyMap<string, { readonly etag: string; readonly data: Uint8Array }>
  readonly seen: ReadonlySet<string>
  sync(): Promise<void>
  /** `false` when somebody else had changed it: nothing was written. */
  put(name: string, data: Uint8Array): Promise<boolean>
  delete(name: string): Promise<boolean>
}

/** The person may only read the calendar by now. */
export class RefusedWrite extends Error {
  override readonly name = 'RefusedWrite'
}

const dav = (local: string): string => `{DAV:}${local}`

/** A small CalDAV client: sync-collection, PUT and DELETE with If-Match. */
export const createDavClient = (world: World, fetch: (request: Request) => Promise<Response>): TextClient => {
  const base = `https://portal.example/dav/calendars/ann/${world.path}/`
  const objects = new Map<string, { etag: string; data: Uint8Array }>()
  const seen = new Set<string>()
  let token = ''
  const note = (data: Uint8Array): void => {
    for (const text of textsOf(data).values()) seen.add(text)
  }
  const ask = (method: string, path: string, headers: Record<string, string>, body?: BodyInit): Promise<Response> =>
    fetch(new Request(`${base}${path}`, { method, headers, ...(body === undefined ? {} : { body }) }))
  const conditionOf = (name: string): Record<string, string> => {
    const known = objects.get(name)
    return known === undefined ? { 'if-none-match': '*' } : { 'if-match': known.etag }
  }
  return {
    objects,
    seen,
    sync: async () => {
      const body = `<sync-collection xmlns="DAV:"><sync-token>${token}</sync-token><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>`
      const response = await ask('REPORT', '', { 'content-type': 'application/xml', depth: '0' }, body)
      if (response.status !== 207) throw new Error(`expected 207, got ${response.status}`)
      const root = parseXml(await response.text())
      if (token === '') objects.clear()
      for (const element of root.childrenNamed(dav('response'))) {
        const name = element.child(dav('href'))!.text.split('/').at(-1)!
        if (element.child(dav('status')) !== undefined) {
          objects.delete(name)
          continue
        }
        const got = await ask('GET', name, {})
        if (got.status !== 200) continue
        const data = new Uint8Array(await got.arrayBuffer())
        objects.set(name, { etag: got.headers.get('etag') ?? '', data })
        note(data)
      }
      token = root.child(dav('sync-token'))!.text
    },
    put: async (name, data) => {
      note(data)
      const headers = { 'content-type': 'text/calendar', ...conditionOf(name) }
      const response = await ask('PUT', name, headers, data as Uint8Array<ArrayBuffer>)
      if (response.status === 412) return false
      if (response.status === 403) throw new RefusedWrite('PUT is refused')
      if (response.status !== 201 && response.status !== 204) {
        throw new Error(`PUT was answered ${response.status}: ${await response.text()}`)
      }
      objects.set(name, { etag: response.headers.get('etag') ?? '', data })
      return true
    },
    delete: async (name) => {
      const response = await ask('DELETE', name, conditionOf(name))
      if (response.status === 404) {
        objects.delete(name)
        return true
      }
      if (response.status === 412) return false
      if (response.status === 403) throw new RefusedWrite('DELETE is refused')
      if (response.status !== 204) throw new Error(`DELETE was answered ${response.status}`)
      objects.delete(name)
      return true
    },
  }
}

/** The portal's page: it shows what it last loaded, and saves through the service on the condition that it is still so. */
export const createPortal = (world: World): TextClient => {
  const objects = new Map<string, { etag: string; data: Uint8Array }>()
  const seen = new Set<string>()
  const { service, calendar } = world
  const note = (data: Uint8Array): void => {
    for (const text of textsOf(data).values()) seen.add(text)
  }
  const guarded = async (work: () => Promise<void>): Promise<boolean> => {
    try {
      await work()
      return true
    } catch (error) {
      if (CalendarError.is(error, 'precondition-failed') || CalendarError.is(error, 'not-found')) return false
      throw error
    }
  }
  const conditionOf = (name: string) => {
    const known = objects.get(name)
    return known === undefined ? ({ ifNoneMatch: '*' } as const) : { ifMatch: [known.etag] }
  }
  return {
    objects,
    seen,
    sync: async () => {
      objects.clear()
      for await (const object of service.findObjects(ann, calendar, {})) {
        objects.set(object.name, { etag: object.etag, data: object.data })
        note(object.data)
      }
    },
    put: (name, data) =>
      guarded(async () => {
        note(data)
        const { etag } = await service.putObject(ann, { calendar, name }, data, { condition: conditionOf(name) })
        objects.set(name, { etag: etag ?? '', data })
      }),
    delete: (name) =>
      guarded(async () => {
        await service.deleteObject(ann, { calendar, name }, { condition: conditionOf(name) })
        objects.delete(name)
      }),
  }
}
