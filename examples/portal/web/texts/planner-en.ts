import type { PlannerTexts } from './planner-ru.ts'

/** The same in English. */
export const plannerEn: PlannerTexts = {
  open: 'Find a time',
  title: 'Find a time',
  sub: 'Busy times come from those calendars of the attendees that are open to you.',
  day: 'Day',
  start: 'Start',
  allHours: 'All day, 0 to 24',
  choose: 'Take this time',
  allFree: 'everybody is free',
  freeAll: 'free',
  busyAre: (names) => `busy: ${names}`,
  unknownShort: 'not visible',
  unknown: (names) => `Busy times not visible: ${names}. No calendar is open to you, or they are not of the portal.`,
  suggestions: 'Suits within seven days: working days, 9 to 18',
  nothing:
    'Within seven days there is no time when all who must come are free. Make somebody optional, or choose another day.',
  inWords: (day) => `Busy times, ${day}`,
}
