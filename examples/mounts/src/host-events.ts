import { DatabaseSync } from 'node:sqlite'
import { type Calendar, type CalendarObject, calendarFromDraft, etagOf } from '@dayport/core'
import { indexObject, serializeCalendar, textProperty, timeProperty } from '@dayport/core/ical'

/** The host's own table, as it was before anybody thought of feeds, with two columns that tell when and in which order it changed. */
const db = new DatabaseSync(':memory:')
db.exec(`CREATE TABLE meeting (
  id INTEGER PRIMARY KEY, title TEXT NOT NULL, starts TEXT NOT NULL, ends TEXT NOT NULL,
  changed_ms INTEGER NOT NULL, revision INTEGER NOT NULL UNIQUE)`)

interface Meeting {
  readonly id: number
  readonly title: string
  readonly starts: string
  readonly ends: string
  readonly changedMs: number
  readonly revision: number
}

const columns = 'id, title, starts, ends, changed_ms AS changedMs, revision'
const { all, latest, insert } = {
  all: db.prepare(`SELECT ${columns} FROM meeting ORDER BY id`),
  latest: db.prepare(
    'SELECT coalesce(max(revision), 0) AS revision, coalesce(max(changed_ms), 0) AS changedMs FROM meeting',
  ),
  insert: db.prepare(
    `INSERT INTO meeting (title, starts, ends, changed_ms, revision)
     VALUES (?, ?, ?, ?, (SELECT coalesce(max(revision), 0) + 1 FROM meeting))`,
  ),
}

export const addMeeting = (title: string): void => {
  insert.run(title, '2026-03-02T09:00:00Z', '2026-03-02T10:00:00Z', Date.now())
}

export const meetings = (): readonly Meeting[] => all.all() as unknown as readonly Meeting[]

/** All meetings are one calendar of anna's, which nobody writes but the host. Its revision rises with every change of the table. */
export const getCalendar = async (id: string): Promise<Calendar | null> => {
  if (id !== 'meetings') return null
  const { revision, changedMs } = latest.get() as { revision: number; changedMs: number }
  const draft = { owner: 'anna', name: id, displayName: 'Meetings', exportAllowed: true, readOnly: true }
  return { ...calendarFromDraft(draft, id, changedMs), revision, syncToken: `${revision}` }
}

/** A row as iCalendar. `UID` stays the same for the life of the meeting. */
export const objectOf = ({ id, title, starts, ends, changedMs, revision }: Meeting): CalendarObject => {
  const utc = (instant: string) => ({ kind: 'utc', instant }) as const
  const stamp = `${new Date(changedMs).toISOString().slice(0, 19)}Z`
  const data = serializeCalendar({
    name: 'VCALENDAR',
    properties: [textProperty('VERSION', '2.0'), textProperty('PRODID', '-//Example//Meetings//EN')],
    components: [
      {
        name: 'VEVENT',
        properties: [
          textProperty('UID', `meeting-${id}@example.com`),
          timeProperty('DTSTAMP', utc(stamp)),
          timeProperty('DTSTART', utc(starts)),
          timeProperty('DTEND', utc(ends)),
          textProperty('SUMMARY', title),
        ],
      },
    ],
  })
  const name = `meeting-${id}.ics`
  return { name, etag: etagOf(revision, data), data, index: indexObject(data), revision, modifiedMs: changedMs }
}
