/** Texts of the meeting planner. */
export const plannerRu = {
  open: 'Подобрать время',
  title: 'Подбор времени',
  sub: 'Занятость видна по тем календарям участников, которые вам открыты.',
  day: 'День',
  start: 'Начало',
  allHours: 'Весь день, с 0 до 24',
  choose: 'Выбрать время',
  allFree: 'свободны все',
  freeAll: 'свободно',
  busyAre: (names: string) => `заняты: ${names}`,
  unknownShort: 'не видно',
  unknown: (names: string) =>
    `Занятость не видна: ${names}. Календарь вам не открыт, или этих участников нет в портале.`,
  suggestions: 'Подходит в ближайшие семь дней: рабочие дни, с 9 до 18',
  nothing:
    'За семь дней нет времени, когда свободны все, кто нужен. Сделайте кого-то необязательным или выберите другой день.',
  inWords: (day: string) => `Занятость, ${day}`,
}

export type PlannerTexts = typeof plannerRu
