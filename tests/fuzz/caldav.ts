import { createCalDavHandler } from '@dayport/caldav-protocol'
import type { PrincipalDirectory, PrincipalInfo } from '@dayport/core'
import { createFuzzService } from './service.ts'

/** The real CalDAV handler in this process, with one calendar at `home` whose owner is always signed in. */
export const createFuzzCalDav = async () => {
  const { store, authorize, service, calendar, owner } = await createFuzzService()
  const anna: PrincipalInfo = {
    ...{ id: owner.id, login: 'anna', displayName: 'Anna', emails: [], kind: 'individual', members: [] },
  }
  const principals: PrincipalDirectory = {
    getPrincipal: async (id) => (id === anna.id ? anna : null),
    findPrincipal: async (login) => (login === anna.login ? anna : null),
  }
  const errors: unknown[] = []
  const handler = createCalDavHandler({
    ...{ store, service, authorize, principals },
    authenticate: async () => owner,
    onError: (error) => errors.push(error),
  })
  const home = `/dav/calendars/anna/${calendar.name}/`
  const ask = async (method: string, path: string, body: BodyInit | null, headers: Record<string, string> = {}) => {
    const init = { method, headers, body, ...(body instanceof ReadableStream ? { duplex: 'half' } : {}) }
    const response = await handler(new Request(`http://dav.test${path}`, init))
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  return { ask, errors, home }
}
