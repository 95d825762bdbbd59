import type { Ledger } from './ledger.ts'
import { newEvent, ownZone } from './person-edits.ts'

/** An event as a person makes it, by number; its title is entered into the ledger. */
export const freshEvent = (ledger: Ledger, kind: number): Uint8Array => {
  const title = ledger.enter()
  const day = 11 + (kind % 18)
  const start = `202603${day}T090000`
  const rules = [
    undefined,
    undefined,
    'FREQ=WEEKLY;COUNT=8',
    'FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20260430T120000Z',
    'FREQ=DAILY;COUNT=6',
  ]
  const rule = rules[kind % rules.length]
  const lines = [
    // Who came first: never edited, and carried by both sides. Two events of one origin are a duplicate, but for copies.
    `ATTENDEE:mailto:${title}@origin.example.org`,
    ...(kind % 2 === 0
      ? ['X-PORTAL-ONLY:kept', 'ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.org', 'ORGANIZER:mailto:ann@example.org']
      : []),
    ...(kind % 3 === 0 ? alarmLines : []),
  ]
  return newEvent({
    uid: `u-${title}`,
    title: kind % 7 === 0 ? `${title} ${'long '.repeat(20)}` : title,
    start,
    end: `202603${day}T100000`,
    zone: kind % 11 === 10 ? ownZone : kind % 2 === 0 ? 'Europe/Berlin' : 'America/New_York',
    ...(rule === undefined ? {} : { rule }),
    lines,
  })
}

/** What other sides hold in part or not at all. */
export const partlyHeldLines: readonly string[] = [
  'X-ALT-DESC;FMTTYPE=text/html:<b>Agenda</b>',
  'ORGANIZER:mailto:ann@example.org',
  ...['-PT15M', '-PT1H'].flatMap((trigger) => [
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'DESCRIPTION:x',
    `TRIGGER:${trigger}`,
    'END:VALARM',
  ]),
]

const alarmLines = ['-PT15M', '-PT1H'].flatMap((trigger) => [
  'BEGIN:VALARM',
  'ACTION:DISPLAY',
  'DESCRIPTION:x',
  `TRIGGER:${trigger}`,
  'END:VALARM',
])
