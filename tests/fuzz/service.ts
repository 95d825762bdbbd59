import type { Principal } from '@dayport/core'
import { createMemoryStore } from '@dayport/core/memory'
import { createAuthorize, createCalendarService } from '@dayport/core/service'

const owner: Principal = { id: 'p-owner', groups: [] }

/** The real service over the reference store, with one calendar. */
export const createFuzzService = async () => {
  let ids = 0
  const store = createMemoryStore({ now: () => Date.UTC(2026, 0, 1), newId: () => `c${++ids}` })
  const authorize = createAuthorize(store)
  const service = createCalendarService({ store, authorize })
  const calendar = await store.createCalendar({
    owner: owner.id,
    name: 'work',
    components: ['VEVENT', 'VTODO', 'VJOURNAL'],
  })
  const put = (bytes: Uint8Array) => service.putObject(owner, { calendar: calendar.id, name: 'a.ics' }, bytes)
  const read = () => store.getObject({ calendar: calendar.id, name: 'a.ics' })
  return { store, authorize, service, calendar, owner, put, read }
}
