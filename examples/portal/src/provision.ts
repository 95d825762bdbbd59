import type { Principal } from '@dayport/core'
import type { Locale, Person } from './accounts/people.ts'
import { createCalendarByName } from './create-calendar.ts'
import type { PortalParts } from './parts.ts'

const names: Readonly<Record<Locale, { readonly calendar: string; readonly tasks: string }>> = {
  ru: { calendar: 'Мой календарь', tasks: 'Задачи' },
  en: { calendar: 'My calendar', tasks: 'Tasks' },
}

/**
 * A person who owns no calendar gets one for events and one for tasks: two, because Apple's and other programs keep events and
 * tasks in different places and offer no calendar that holds both. People from outside have the calendars of their groups only.
 */
export const createProvision = ({ store, service }: Pick<PortalParts, 'store' | 'service'>) => {
  const running = new Map<string, Promise<void>>()

  const provision = async (person: Person, who: Principal): Promise<void> => {
    const calendars = await store.listCalendars(who)
    if (calendars.some((calendar) => calendar.owner === person.id)) return
    const { calendar, tasks } = names[person.locale]
    const events = { displayName: calendar, segment: 'calendar', color: '#2f6fe0', components: ['VEVENT'], order: 0 }
    await createCalendarByName({ service }, who, events)
    const list = { displayName: tasks, segment: 'tasks', color: '#1f8a4c', components: ['VTODO'], order: 1 }
    await createCalendarByName({ service }, who, list)
  }

  /** Safe to call at every sign-in: sign-ins at the same time share one run. */
  return (person: Person, who: Principal): Promise<void> => {
    if (person.kind !== 'individual' || person.external) return Promise.resolve()
    const shared = running.get(person.id)
    if (shared !== undefined) return shared
    const run = provision(person, who).finally(() => running.delete(person.id))
    running.set(person.id, run)
    return run
  }
}
