import { describe, expect, it } from 'vitest'
import { type Program, programs, type ValueKind } from './advice.ts'
import { adviceFor, doorOf } from './advice-for.ts'
import { plainText } from './rich-text.ts'
import { input } from './test-input.ts'
import { en } from './texts-en.ts'
import { ru } from './texts-ru.ts'

const valuesOf = (program: Program, given = input): Partial<Record<ValueKind, string | null>> =>
  Object.fromEntries(
    adviceFor(program, given).steps.flatMap(({ values }) => values.map(({ kind, value }) => [kind, value])),
  )

describe('the advice for a program', () => {
  it('has the same steps, values and links in both languages, and no word of the other', () => {
    for (const program of programs) {
      const [inRussian, inEnglish] = [ru, en].map(({ programs: all }) =>
        all[program].steps.map(({ values = [], links = [], hint }) => ({ values, links, hint: hint !== undefined })),
      )
      expect(inRussian, program).toEqual(inEnglish)
      const english = adviceFor(program, { ...input, language: 'en', outlook: null })
      const words = [
        english.title,
        ...english.steps.flatMap(({ text, hint }) => [plainText(text), plainText(hint ?? [])]),
      ]
      expect(words.join(' '), program).not.toMatch(/[а-яё]/i)
    }
  })

  it('fills every place that its words leave open, and closes every menu word', () => {
    for (const program of programs) {
      for (const language of ['ru', 'en'] as const) {
        const advice = adviceFor(program, { ...input, language })
        expect(advice.steps.length, program).toBeGreaterThan(0)
        for (const { text, hint } of [...advice.steps, ...advice.notes.map(({ text }) => ({ text, hint: null }))]) {
          expect(plainText([...text, ...(hint ?? [])])).not.toMatch(/\{\w+\}|\*/)
          expect(text.at(-1)?.strong === true && plainText(text).endsWith('**')).toBe(false)
        }
      }
    }
  })

  it('gives an iPhone the server alone, since iOS finds the rest, and an old one the principal (RFC 6764 §6)', () => {
    expect(valuesOf('iphone')).toEqual({
      server: 'portal.example.com',
      login: 'a.vetrova',
      password: 'kq7w-m2xd-9rtf-hv4p',
    })
    expect(valuesOf('iphone-old').address).toBe(input.principalUrl)
  })

  it('names the port where it is not the one of https', () => {
    const other = { ...input, caldavUrl: 'https://portal.example.com:8443/dav/' }
    expect(valuesOf('iphone', other).server).toBe('portal.example.com:8443')
    const port = adviceFor('iphone-old', other).steps.map(({ text }) => plainText(text))
    expect(port.join(' ')).toContain('порт 8443')
  })

  it('leads Sunbird along its menu to the calendar’s own address', () => {
    const { steps, notes } = adviceFor('sunbird', input)
    expect(steps.map(({ text }) => plainText(text)).slice(0, 3)).toEqual([
      'Файл → Новый календарь.',
      'В сети, Далее.',
      'Формат: CalDAV.',
    ])
    expect(valuesOf('sunbird')['calendar-address']).toBe(input.calendarUrl)
    expect(notes.map(({ text }) => plainText(text)).join(' ')).toContain('Thunderbird')
  })

  it('leaves a value open while it is not made, and a link out', () => {
    const before = adviceFor('iphone', { ...input, password: null })
    const password = before.steps.flatMap(({ values }) => values).find(({ kind }) => kind === 'password')
    expect(password).toEqual({ kind: 'password', label: 'Пароль', value: null, secret: true })
    const outlook = adviceFor('outlook', { ...input, outlook: { link: null, folder: 'A - B', readOnly: false } })
    expect(outlook.steps.flatMap(({ links }) => links)).toEqual([])
  })

  it('says first that a plain http address can be read on the way, for every door', () => {
    const plain = {
      ...input,
      caldavUrl: 'http://portal.local:8080/dav/',
      feedUrl: 'http://portal.local:8080/ical/1/secret.ics',
    }
    for (const program of programs) {
      const [first] = adviceFor(program, plain).notes
      expect(first?.kind, program).toBe('warn')
      expect(plainText(first?.text ?? [])).toContain('пароль можно перехватить')
      expect(adviceFor(program, input).notes.some(({ kind }) => kind === 'warn')).toBe(false)
    }
  })

  it('tells the folder in Outlook, which Outlook can do it, and that a reader gets it read-only', () => {
    const texts = (readOnly: boolean) =>
      adviceFor('outlook', { ...input, outlook: { link: null, folder: 'Анна Ветрова - Работа', readOnly } })
        .notes.map(({ text }) => plainText(text))
        .join('\n')
    expect(texts(false)).toContain('«Анна Ветрова - Работа»')
    expect(texts(false)).toContain('Нужен классический Outlook для Windows: 2007–2024')
    expect(texts(false)).not.toContain('только для чтения.')
    expect(texts(true)).toContain('в Outlook он тоже будет только для чтения')
  })

  it('offers a feed by webcal and as a file, and names the door of each program', () => {
    expect(adviceFor('google', input).links.map(({ kind, href }) => [kind, href])).toEqual([
      ['webcal', 'webcal://portal.example.com/ical/1/secret.ics'],
      ['file', input.feedUrl],
    ])
    expect(programs.filter((program) => doorOf(program) === 'feed')).toEqual([
      'outlook-internet',
      'google',
      'apple-subscription',
    ])
  })
})
