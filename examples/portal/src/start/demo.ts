import type { ComponentDraft } from '@dayport/core/ical'
import { calendarAround, type EventDraft, eventComponent, withZoneOf } from '../events/write.ts'
import { Seed } from './seed-schema.ts'

const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

/** 14 letters and digits, 69 bits: easy to type, and the demo listens on loopback only. */
const password = (randomBytes: (length: number) => Uint8Array): string => {
  const letters: string[] = []
  while (letters.length < 14) {
    for (const byte of randomBytes(28)) if (byte < 248) letters.push(alphabet[byte % alphabet.length]!)
  }
  return letters.slice(0, 14).join('')
}

/** Two people in two languages and a group, with something to see in each other's calendars. */
export const demoSeed = (randomBytes: (length: number) => Uint8Array): Seed =>
  Seed.parse({
    users: [
      {
        login: 'anna',
        password: password(randomBytes),
        name: 'Анна Белова',
        email: 'anna@example.com',
        admin: true,
        locale: 'ru',
        timeZone: 'Europe/Moscow',
        calendars: [
          {
            name: 'Работа',
            color: '#2f6fe0',
            exportAllowed: true,
            access: [{ login: 'ira', level: 'read' }],
            ics: 'work',
          },
          { name: 'Личный', color: '#1f8a4c', ics: 'personal' },
          { name: 'Задачи', color: '#8250df', components: ['VTODO'] },
        ],
      },
      {
        login: 'ira',
        password: password(randomBytes),
        name: 'Ira Novak',
        email: 'ira@example.com',
        locale: 'en',
        timeZone: 'Europe/Berlin',
        calendars: [
          {
            name: 'Calendar',
            color: '#0f8494',
            exportAllowed: true,
            access: [{ login: 'anna', level: 'write' }],
            favouriteOf: ['anna'],
            ics: 'ira',
          },
          { name: 'Tasks', color: '#8250df', components: ['VTODO'] },
        ],
      },
      {
        login: 'purchasing',
        password: password(randomBytes),
        name: 'Отдел снабжения',
        kind: 'group',
        members: ['anna', 'ira'],
        calendars: [
          {
            name: 'Отдел снабжения',
            color: '#b26a00',
            exportAllowed: true,
            access: [{ login: 'purchasing', level: 'write' }],
            ics: 'group',
          },
        ],
      },
    ],
  })

type Sketch = readonly [title: string, day: number, from: string, to: string, more?: Partial<EventDraft>]

/** `day` counts from this week's Monday; a time of '' makes a whole day. */
const sketches: Readonly<Record<string, { readonly timeZone: string; readonly events: readonly Sketch[] }>> = {
  work: {
    timeZone: 'Europe/Moscow',
    events: [
      ['Планёрка', 0, '09:00', '09:30', { repeat: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR' }],
      ['Встреча с логистами', 0, '14:00', '15:30', { place: 'Каб. 214' }],
      ['Показ для заказчика', 2, '14:00', '15:30', { place: 'Маяк', description: 'Взять образцы.' }],
      ['Созвон по договору', 3, '14:00', '15:00', { place: 'Видеосвязь' }],
    ],
  },
  personal: {
    timeZone: 'Europe/Moscow',
    events: [
      ['Стоматолог', 2, '12:00', '13:00'],
      ['Бассейн', 6, '12:00', '13:00', { repeat: 'FREQ=WEEKLY;INTERVAL=2' }],
    ],
  },
  ira: {
    timeZone: 'Europe/Berlin',
    events: [
      ['Stock check', 4, '11:00', '12:30', { place: 'Room 214' }],
      ['Quarterly report', 4, '', ''],
    ],
  },
  group: {
    timeZone: 'Europe/Moscow',
    events: [['Инвентаризация склада', 3, '', '']],
  },
}

const dayMs = 86_400_000

/** The demo calendars' files, with events in the week of `nowMs`. */
export const demoFiles =
  (nowMs: number) =>
  async (name: string): Promise<Uint8Array> => {
    // The week as it is in Moscow, where most of the demo lives.
    const hereMs = nowMs + 3 * 3_600_000
    const weekday = (new Date(hereMs).getUTCDay() + 6) % 7
    const dayText = (day: number): string => new Date(hereMs + (day - weekday) * dayMs).toISOString().slice(0, 10)
    const { timeZone, events } = sketches[name]!
    const components: ComponentDraft[] = events.map(([title, day, from, to, more], index) => {
      const allDay = from === ''
      const draft: EventDraft = {
        title,
        place: '',
        description: '',
        repeat: null,
        allDay,
        start: allDay ? dayText(day) : `${dayText(day)}T${from}`,
        end: allDay ? dayText(day + 1) : `${dayText(day)}T${to}`,
        timeZone: allDay ? null : timeZone,
        ...more,
      }
      return eventComponent(draft, `demo-${name}-${index}`, nowMs)
    })
    const clock = { kind: 'zoned', local: `${dayText(0)}T00:00:00`, tzid: timeZone } as const
    return withZoneOf(calendarAround(components), clock)
  }
