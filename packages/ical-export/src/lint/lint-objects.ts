import type { CalendarDocument, Component } from '@dayport/core/ical'
import type { LintLog } from './findings.ts'

/** Components that are entries of a calendar: those whose UID counts. */
const entryNames = new Set(['VEVENT', 'VTODO', 'VJOURNAL', 'VFREEBUSY'])
/** Of these an entry has one at most, RFC 5545 §3.6.1. */
const single = [
  'UID',
  'DTSTAMP',
  'DTSTART',
  'DTEND',
  'DUE',
  'DURATION',
  'SUMMARY',
  'DESCRIPTION',
  'LOCATION',
  'RECURRENCE-ID',
  'SEQUENCE',
  'STATUS',
]

/** The entries of a document. */
export const entriesOf = ({ calendars }: CalendarDocument): readonly Component[] =>
  calendars.flatMap(({ components }) => components).filter(({ name }) => entryNames.has(name))

/** What every entry needs, and how the entries of one UID stand to each other: RFC 5545 §3.6, §3.8.4. */
export const lintObjects = (entries: readonly Component[], log: LintLog): void => {
  const groups = new Map<string, Component[]>()
  for (const entry of entries) {
    lintRequired(entry, log)
    const uid = entry.property('UID')?.value.trim()
    if (!uid) {
      log.add(
        'missing-uid',
        entry.start,
        `The ${entry.name} has no UID: it comes anew with every fetch, or not at all.`,
      )
      continue
    }
    const group = groups.get(uid)
    if (group === undefined) groups.set(uid, [entry])
    else group.push(entry)
  }
  for (const [uid, group] of groups) lintGroup(uid, group, log)
}

const lintRequired = (entry: Component, log: LintLog): void => {
  if (entry.property('DTSTAMP') === undefined) {
    log.add('missing-dtstamp', entry.start, `The ${entry.name} has no DTSTAMP; Outlook skips it or refuses the file.`)
  }
  if (entry.name === 'VEVENT' && entry.property('DTSTART') === undefined) {
    log.add('missing-dtstart', entry.start, 'The event has no DTSTART, so it is at no time.')
  }
  for (const name of single) {
    const second = entry.propertiesNamed(name)[1]
    if (second !== undefined) log.add('repeated-property', second.start, `${name} stands here a second time.`)
  }
}

const lintGroup = (uid: string, group: readonly Component[], log: LintLog): void => {
  const shown = uid.length > 60 ? `${uid.slice(0, 60)}…` : uid
  const masters = group.filter((entry) => entry.property('RECURRENCE-ID') === undefined)
  for (const again of masters.slice(1)) {
    log.add(
      'duplicate-uid',
      again.start,
      `The UID ${shown} belongs to another entry already; only one of them will be seen.`,
    )
  }
  if (masters.length === 0) {
    const first = group[0]?.start ?? 0
    log.add(
      'override-without-master',
      first,
      `Of ${shown} only changed instances are here; the series itself is missing.`,
    )
  }
  const instances = new Set<string>()
  for (const entry of group) {
    const id = entry.property('RECURRENCE-ID')
    if (id === undefined) continue
    const key = `${entry.name} ${id.param('TZID') ?? ''} ${id.value.trim()}`
    if (instances.has(key))
      log.add('duplicate-override', entry.start, `The same instance of ${shown} is changed twice.`)
    instances.add(key)
  }
}
