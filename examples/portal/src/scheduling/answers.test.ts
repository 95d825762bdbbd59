import { describe, expect, it } from 'vitest'
import { openObject } from '../events/read.ts'
import { withReplies } from './answers.ts'
import { answerIn, keyOf } from './components.ts'

const igor = new Set(['igor@example.com'])
const options = { nowMs: Date.UTC(2026, 10, 22, 12), floatingZone: 'UTC' }
const dayMs = 86_400_000

const seriesOf = (...others: readonly string[]): Uint8Array =>
  new TextEncoder().encode(
    [
      ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Phone//EN', 'BEGIN:VEVENT', 'UID:m', 'DTSTAMP:20261101T000000Z'],
      ...['DTSTART:20261124T090000Z', 'DTEND:20261124T100000Z', 'RRULE:FREQ=DAILY', 'SUMMARY:Совещание'],
      ...['ORGANIZER:mailto:anna@example.com', 'ATTENDEE:mailto:igor@example.com'],
      ...[...others.map((one) => `ATTENDEE:mailto:${one}@example.com`), 'END:VEVENT', 'END:VCALENDAR', ''],
    ].join('\r\n'),
  )
const keyOfDay = (day: number): string =>
  `${new Date(Date.UTC(2026, 10, 24 + day)).toISOString().slice(0, 10)}T09:00:00`
const declined = (count: number) =>
  Array.from({ length: count }, (_, day) => ({ key: keyOfDay(day), answer: 'DECLINED' as const }))
const answersOf = (bytes: Uint8Array): Record<string, string | null> =>
  Object.fromEntries(openObject(bytes).overrides.map((one) => [keyOf(one), answerIn(one, igor)]))

describe('many answers at once', () => {
  it('each stand in their occurrence, beside the answer to the series', () => {
    const replies = [
      { key: '', answer: 'ACCEPTED' as const },
      ...declined(3),
      { key: keyOfDay(4), answer: 'TENTATIVE' as const },
      // As the series says, and no occurrence: nothing to say.
      { key: keyOfDay(5), answer: 'ACCEPTED' as const },
      { key: '2026-11-24T11:00:00', answer: 'DECLINED' as const },
    ]
    const bytes = withReplies(seriesOf(), replies, igor, options)
    expect(answerIn(openObject(bytes).master!, igor)).toBe('ACCEPTED')
    expect(answersOf(bytes)).toEqual({
      [keyOfDay(0)]: 'DECLINED',
      [keyOfDay(1)]: 'DECLINED',
      [keyOfDay(2)]: 'DECLINED',
      [keyOfDay(4)]: 'TENTATIVE',
    })
    expect(withReplies(bytes, replies, igor, options)).toEqual(bytes)
    const later = withReplies(bytes, [{ key: keyOfDay(1), answer: 'ACCEPTED' }], igor, options)
    expect(answersOf(later)[keyOfDay(1)]).toBe('ACCEPTED')
  })

  it('do not make a big meeting bigger than can be sent to everybody', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => `p${index}`)
    const bytes = withReplies(seriesOf(...many), declined(400), igor, options)
    expect(bytes.length).toBeLessThanOrEqual(2 * 1024 * 1024)
    const known = Object.keys(answersOf(bytes))
    expect(known.length).toBeGreaterThan(20)
    // The first of them have the room.
    expect(known).toContain(keyOfDay(0))
    expect(Date.parse(`${known.at(-1)}Z`) - Date.parse(`${known[0]}Z`)).toBe((known.length - 1) * dayMs)
  })
})
