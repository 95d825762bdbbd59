import { describe, expect, it } from 'vitest'
import { readRule, ruleWords, writeRule } from './rule-words.ts'
import { en } from './texts/en.ts'
import { ru } from './texts/ru.ts'

describe('a rule in words', () => {
  it('says what the form offers, with its end, and calls others by their own rule', () => {
    expect(ruleWords('FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', ru)).toBe('Каждый рабочий день')
    expect(ruleWords('FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;UNTIL=20270317T205959Z', en)).toBe(
      'Every two weeks, until 17 March 2027',
    )
    expect(ruleWords('FREQ=DAILY;COUNT=5', ru)).toBe('Каждый день, 5 раз')
    expect(ruleWords('FREQ=MONTHLY;BYDAY=-1SU', en)).toBe(en.repeatKept)
  })

  it('is taken apart and put together in the form that its start needs (RFC 5545 §3.3.10)', () => {
    expect(readRule('FREQ=DAILY;UNTIL=20261231')).toEqual({ base: 'FREQ=DAILY', until: '2026-12-31', count: null })
    expect(writeRule({ base: 'FREQ=DAILY', until: '2026-12-31' }, true)).toBe('FREQ=DAILY;UNTIL=20261231')
    expect(writeRule({ base: 'FREQ=DAILY', until: '2026-12-31' }, false)).toBe('FREQ=DAILY;UNTIL=20261231T235959Z')
    expect(writeRule({ base: '', until: '2026-12-31' }, false)).toBe('')
  })
})
