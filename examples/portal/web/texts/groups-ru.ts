import { pluralRu as plural } from './plural.ts'

/** Texts of groups, of the company's calendar and of people from outside. */
export const groupsRu = {
  administrators: 'Администраторы портала',
  administratorsWhy: 'Остаётся всегда: иначе календарь никто не смог бы изменить.',
  sub: 'Группе можно дать доступ к календарю, способ подключения и свои календари. Кто вошёл в группу, получает всё это сразу.',
  add: 'Создать группу',
  edit: 'Изменить группу',
  editOf: (name: string) => `Изменить: ${name}`,
  name: 'Название группы',
  members: 'Участники',
  membersCount: (n: number) => plural(n, 'участник', 'участника', 'участников'),
  noMembers: 'Пока никого',
  memberRemove: (name: string) => `Убрать из группы: ${name}`,
  calendars: 'Календари',
  noCalendars: 'нет',
  addCalendar: 'Создать календарь',
  addCalendarOf: (name: string) => `Создать календарь группы: ${name}`,
  calendarHint: 'Участники видят его в «Компания и группы» и добавляют события.',
  remove: 'Удалить',
  removeOf: (name: string) => `Удалить группу: ${name}`,
  removeAsk: (name: string, n: number) =>
    n === 0
      ? `Удалить группу «${name}»? Доступ, который дан ей, сразу перестанет действовать.`
      : `Удалить группу «${name}» и ${plural(n, 'её календарь', 'её календаря', 'её календарей')} со всеми событиями? Доступ, который дан ей, сразу перестанет действовать.`,
  empty: 'Групп пока нет.',
  heading: 'Группы',
  column: 'Группа',
  company: 'Календарь компании',
  companyHere: 'Есть у всех сотрудников в «Компания и группы». Кто в нём пишет, решают в его форме.',
  companyNone: 'Календаря компании нет. Его увидят все сотрудники и смогут добавлять события; потом это можно сузить.',
  companyMake: 'Создать календарь компании',
  external: 'Внешний участник',
  externalHint:
    'Клиент или подрядчик: видит календари своих групп и те, что открыты ему по имени, приглашает участников своих групп. Открытого всем сотрудникам не видит.',
  externalTag: 'внешний участник',
  personEdit: 'Изменить',
  personEditOf: (name: string) => `Изменить: ${name}`,
}

export type GroupsTexts = typeof groupsRu
