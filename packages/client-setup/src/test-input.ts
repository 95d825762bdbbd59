import type { SetupInput } from './advice.ts'

/** A host, a person and a calendar for tests. */
export const input: SetupInput = {
  language: 'ru',
  caldavUrl: 'https://portal.example.com/dav/',
  principalUrl: 'https://portal.example.com/dav/principals/a.vetrova/',
  login: 'a.vetrova',
  password: 'kq7w-m2xd-9rtf-hv4p',
  calendarUrl: 'https://portal.example.com/dav/calendars/a.vetrova/work/',
  feedUrl: 'https://portal.example.com/ical/1/secret.ics',
  outlook: { link: 'stssync://sts/?ver=1.1', folder: 'Анна Ветрова - Работа', readOnly: false },
}
