/** The lines of one event; times as they stand behind the name: `:20261123T060000Z`. */
export const eventText = (uid: string, start: string, end: string, summary: string, ...more: string[]): string =>
  [
    'BEGIN:VEVENT',
    `UID:${uid}@test`,
    'DTSTAMP:20261101T000000Z',
    `DTSTART${start}`,
    `DTEND${end}`,
    `SUMMARY:${summary}`,
    ...more,
    'END:VEVENT',
  ].join('\r\n')

/** A calendar file of those events. */
export const calendarText = (...events: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN', ...events, 'END:VCALENDAR', ''].join('\r\n')

/** Of everybody who signs in by the form. */
export const password = 'secret-password'

/** Two people, a group and calendars at every level that one may give to the other. */
export const seed = {
  users: [
    {
      login: 'anna',
      admin: true,
      password,
      name: 'Анна Ветрова',
      locale: 'ru' as const,
      timeZone: 'Europe/Moscow',
      calendars: [
        {
          name: 'Работа',
          color: '#2f6fe0',
          description: 'Встречи и дела отдела',
          exportAllowed: true,
          access: [{ login: 'ira', level: 'read' as const }],
          ics: 'work',
        },
        { name: 'Личный', color: '#1f8a4c', ics: 'personal' },
      ],
    },
    {
      login: 'ira',
      password,
      name: 'Ira Novak',
      locale: 'en' as const,
      timeZone: 'Europe/Berlin',
      calendars: [
        {
          name: 'Projects',
          color: '#0f8494',
          exportAllowed: true,
          access: [{ login: 'anna', level: 'write' as const }],
          favouriteOf: ['anna'],
          ics: 'projects',
        },
        { name: 'Private', color: '#697586', access: [{ login: 'anna', level: 'free-busy' as const }], ics: 'private' },
      ],
    },
    {
      login: 'purchasing',
      password,
      name: 'Отдел снабжения',
      kind: 'group' as const,
      members: ['anna', 'ira'],
      calendars: [
        {
          name: 'Отдел снабжения',
          color: '#b26a00',
          access: [{ login: 'purchasing', level: 'titles' as const }],
          ics: 'purchasing',
        },
      ],
    },
  ],
}

/** Their events in the week of 23 November 2026. */
export const files: Record<string, string> = {
  work: calendarText(
    eventText(
      'standup',
      ':20261123T060000Z',
      ':20261123T063000Z',
      'Планёрка',
      'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
    ),
    eventText('show', ':20261125T110000Z', ':20261125T123000Z', 'Показ для заказчика', 'LOCATION:Маяк'),
  ),
  personal: calendarText(eventText('dentist', ':20261125T090000Z', ':20261125T100000Z', 'Стоматолог', 'CLASS:PRIVATE')),
  projects: calendarText(
    eventText('stock', ':20261127T100000Z', ':20261127T113000Z', 'Stock check', 'LOCATION:Room 214'),
  ),
  private: calendarText(eventText('bank', ':20261126T080000Z', ':20261126T090000Z', 'Bank', 'LOCATION:Secret place')),
  purchasing: calendarText(
    eventText('count', ';VALUE=DATE:20261126', ';VALUE=DATE:20261128', 'Инвентаризация склада', 'DESCRIPTION:By hand'),
  ),
}
