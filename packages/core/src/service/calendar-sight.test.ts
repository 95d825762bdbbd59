import { describe, expect, it } from 'vitest'
import { accessLevels } from '../access.ts'
import { createMemoryStore } from '../memory/index.ts'
import { createAuthorize } from './authorize.ts'
import { createCalendarService } from './calendar-service.ts'
import { detailOf } from './detail.ts'

const ann = { id: 'ann', groups: [] }
const ben = { id: 'ben', groups: ['team'] }

describe('The calendars that a person sees', () => {
  it('are the same by authorize and from the calendars themselves, which are then not asked about one by one', async () => {
    const store = createMemoryStore()
    let asked = 0
    const rights = createAuthorize(store)
    const authorize: typeof rights = (...question) => {
      asked += 1
      return rights(...question)
    }
    const byQuestions = createCalendarService({ store, authorize })
    const byCalendars = createCalendarService({ store, authorize, detailOf })
    for (const level of accessLevels) {
      for (const principal of ['ben', 'team', '*', 'nobody']) {
        const access = [{ principal, level }]
        const name = `${level} ${principal.replace('*', 'all')}`
        await byQuestions.createCalendar(ann, { owner: 'ann', name, description: 'Secret', access })
      }
    }
    asked = 0
    const wanted = await byQuestions.listCalendars(ben)
    expect(wanted.length).toBeGreaterThan(10)
    expect(asked).toBeGreaterThan(wanted.length)
    asked = 0
    expect(await byCalendars.listCalendars(ben)).toEqual(wanted)
    expect(asked).toBe(0)
    for (const { description, name } of wanted)
      expect(description === 'Secret', name).toBe(/^(?:read|write|owner)/.test(name))
  })
})
