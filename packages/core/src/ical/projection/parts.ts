import type { CalendarTime } from '../../time.ts'
import type { CalendarDocument, Component } from '../text/model.ts'
import { readTime } from '../text/values-time.ts'
import { objectComponents } from '../validate-object.ts'

/** The components of an object that a projection shows, and the occurrences that it takes from the master instead of showing them. */
export interface ShownParts {
  readonly master: Component | null
  /** With a readable RECURRENCE-ID. */
  readonly overrides: readonly Component[]
  readonly removed: readonly CalendarTime[]
}

const wordOf = (component: Component, name: string): string =>
  component.property(name)?.value.trim().toUpperCase() ?? ''

/**
 * Whether any component is not for everybody who may read. RFC 5545 §3.8.1.3: values that an application does not know MUST be
 * treated as PRIVATE. One private component makes all of the object so, and PUBLIC widens nothing.
 */
export const isPrivate = (document: CalendarDocument): boolean =>
  document.calendars
    .flatMap((calendar) => calendar.components)
    .some((component) =>
      component.propertiesNamed('CLASS').some(({ value }) => value.trim().toUpperCase() !== 'PUBLIC'),
    )

/** What stands for itself when only parts of it are told; time zones and kinds that we know no projection of are not among them. */
const titledKinds: ReadonlySet<string> = new Set(['VEVENT', 'VTODO', 'VJOURNAL'])

/** Every event, task or journal entry of the object; `null` when there is none. */
export const titledParts = (document: CalendarDocument): ShownParts | null => {
  const components = document.calendars.flatMap(objectComponents).filter(({ name }) => titledKinds.has(name))
  const master = components.find((component) => component.property('RECURRENCE-ID') === undefined) ?? null
  const overrides = components.filter((component) => recurrenceIdOf(component) !== null)
  return master === null && overrides.length === 0 ? null : { master, overrides, removed: [] }
}

/** RFC 5545 §3.8.2.7, and RFC 4791 §7.10: what is cancelled takes no time. */
const isBusy = (component: Component): boolean =>
  wordOf(component, 'STATUS') !== 'CANCELLED' && wordOf(component, 'TRANSP') !== 'TRANSPARENT'

/**
 * The parts of an event that take time; `null` when it takes none. An occurrence that takes none is taken out of its series; where
 * that cannot be said exactly (RANGE=THISANDFUTURE, RECURRENCE-IDs in several forms, times that an override has from its master) all
 * parts stay, and TRANSP and STATUS tell which are busy. Either way the set of busy instances is that of the whole object.
 */
export const busyParts = (document: CalendarDocument): ShownParts | null => {
  const all = titledParts(document)
  if (all === null) return null
  const { master, overrides } = all
  // RFC 4791 §7.10 counts VEVENT and VFREEBUSY: tasks and journal entries take no time, and no calendar here stores a VFREEBUSY.
  if ((master ?? overrides[0])?.name !== 'VEVENT') return null
  const busy = overrides.filter(isBusy)
  const masterIsBusy = master !== null && isBusy(master)
  if (!masterIsBusy && busy.length === 0) return null
  if ((master === null || masterIsBusy) && busy.length === overrides.length) return all
  if (!canStandAlone(master, overrides)) return all
  if (!masterIsBusy) return { master: null, overrides: busy, removed: [] }
  const removed = overrides
    .filter((override) => !isBusy(override))
    .flatMap((override) => recurrenceIdOf(override) ?? [])
  return { master, overrides: busy, removed }
}

/** Whether each override means one instance of its own, with or without the others and the master. */
const canStandAlone = (master: Component | null, overrides: readonly Component[]): boolean => {
  const start = master?.property('DTSTART')
  const forms = new Set(overrides.map((override) => formOf(recurrenceIdOf(override))))
  const startTime = start === undefined ? null : readTime(start)
  const form = formOf(startTime)
  return (
    forms.size <= 1 &&
    // A DATE in a series of times names the first instance of a day: no EXDATE can say that.
    (startTime === null || (forms.has('date') ? form === 'date' : form !== 'date')) &&
    overrides.every(
      (override) =>
        override.property('RECURRENCE-ID')?.param('RANGE') === undefined && override.property('DTSTART') !== undefined,
    )
  )
}

const formOf = (time: CalendarTime | null): string =>
  time === null ? '' : time.kind === 'zoned' ? `zoned ${time.tzid}` : time.kind

const recurrenceIdOf = (component: Component): CalendarTime | null => {
  const property = component.property('RECURRENCE-ID')
  return property === undefined ? null : readTime(property)
}
