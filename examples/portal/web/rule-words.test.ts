import { describe, expect, it } from 'vitest'
import { readRule, ruleWords, writeRule } from './rule-words.ts'
import { en } from './texts/en.ts'
import { ru } from './texts/ru.ts'

describe('a rule in words', () => {
  it('says what the form offers, with its end, and calls others by their own rule', () => {
    expect(ruleWords('FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', ru)).toBe('Каждый рабочий день')
    expect(ruleWords('FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;UNTIL=20270317T205959Z', en)).toBe(
      'Every two weeks: Wed, until 17 March 2027',
    )
    expect(ruleWords('FREQ=DAILY;COUNT=5', ru)).toBe('Каждый день, 5 раз')
    expect(ruleWords('FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1', en)).toBe(en.repeatKept)
    expect(ruleWords('FREQ=HOURLY', en)).toBe(en.repeatKept)
  })

  it.each([
    ['FREQ=WEEKLY;BYDAY=TH,TU;WKST=MO', 'Каждую неделю: вт, чт', 'Every week: Tue, Thu'],
    ['FREQ=WEEKLY;INTERVAL=3', 'Раз в 3 недели', 'Every 3 weeks'],
    ['FREQ=DAILY;INTERVAL=2;COUNT=4', 'Раз в 2 дня, 4 раза', 'Every 2 days, 4 times'],
    ['FREQ=MONTHLY;BYMONTHDAY=15', 'Каждый месяц, 15-го числа', 'Every month on day 15'],
    ['FREQ=MONTHLY;BYMONTHDAY=-1', 'Каждый месяц, в последний день', 'Every month on the last day'],
    ['FREQ=MONTHLY;BYDAY=-1SU', 'Каждый месяц, последнее воскресенье', 'Every month on the last Sunday'],
    ['FREQ=MONTHLY;INTERVAL=2;BYDAY=2WE', 'Раз в 2 месяца, вторая среда', 'Every 2 months on the second Wednesday'],
    ['FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=8', 'Каждый год, 8 марта', 'Every year on 8 March'],
  ])('says what Outlook and Exchange write: %s', (rule, russian, english) => {
    expect([ruleWords(rule, ru), ruleWords(rule, en)]).toEqual([russian, english])
  })

  it('is taken apart and put together in the form that its start needs (RFC 5545 §3.3.10)', () => {
    expect(readRule('FREQ=DAILY;UNTIL=20261231')).toEqual({ base: 'FREQ=DAILY', until: '2026-12-31', count: null })
    expect(writeRule({ base: 'FREQ=DAILY', until: '2026-12-31' }, true)).toBe('FREQ=DAILY;UNTIL=20261231')
    expect(writeRule({ base: 'FREQ=DAILY', until: '2026-12-31' }, false)).toBe('FREQ=DAILY;UNTIL=20261231T235959Z')
    expect(writeRule({ base: '', until: '2026-12-31' }, false)).toBe('')
  })
})
