import { describe, expect, it } from 'vitest'
import type { CalendarEvent } from './api.ts'
import { noNews, withDifference } from './live-news.ts'

const event = (object: string, etag: string, recurrenceId: string | null = null): CalendarEvent =>
  ({ calendar: 'work', object, etag, recurrenceId, title: object }) as CalendarEvent

const told = (...looks: readonly CalendarEvent[][]) => {
  let news = noNews
  for (const [index, after] of looks.entries()) {
    if (index > 0) news = withDifference(news, looks[index - 1] ?? [], after)
  }
  return { added: [...news.added.keys()], changed: [...news.changed] }
}

describe('news of a range', () => {
  it('tells new events from changed ones and those that are gone', () => {
    expect(told([event('a', '1'), event('b', '1')], [event('a', '2'), event('c', '1')])).toEqual({
      added: ['work/c'],
      changed: ['work/a', 'work/b'],
    })
  })

  it('counts a series once, whatever happens to its occurrences', () => {
    const series = (etag: string) => ['1', '2', '3'].map((day) => event('s', etag, day))
    expect(told([], series('1'))).toEqual({ added: ['work/s'], changed: [] })
    expect(told(series('1'), series('2').slice(1))).toEqual({ added: [], changed: ['work/s'] })
  })

  it('gathers over several looks: what is new stays new, and what came and went is not told', () => {
    expect(told([], [event('a', '1')], [event('a', '2')])).toEqual({ added: ['work/a'], changed: [] })
    expect(told([], [event('a', '1')], [])).toEqual({ added: [], changed: [] })
  })
})
