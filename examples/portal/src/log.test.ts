import { describe, expect, it } from 'vitest'
import { createLog, loggedPath } from './log.ts'

describe('loggedPath', () => {
  it('keeps the id of a feed link and hides its secret', () => {
    expect(loggedPath('/ical/4fQ9wZ/c8RkSecret.ics')).toBe('/ical/4fQ9wZ/***')
    expect(loggedPath('/ical/4fQ9wZ/c8RkSecret.ics?x=1')).toBe('/ical/4fQ9wZ/***')
    expect(loggedPath('/ical/a/b/c')).toBe('/ical/a/***')
  })

  it('drops the query of any address', () => {
    expect(loggedPath('/api/events?from=1&token=abc')).toBe('/api/events')
  })
})

describe('createLog', () => {
  it('writes no credentials, wherever in an object they are', () => {
    const lines: string[] = []
    const log = createLog({ write: (line) => void lines.push(line) })
    log.info(
      { request: { authorization: 'Basic c2VjcmV0', cookie: 'dayport=secret' }, password: 'secret' },
      'signed in',
    )
    expect(lines.join('')).not.toMatch(/secret|c2VjcmV0/)
    expect(JSON.parse(lines[0]!)).toMatchObject({ msg: 'signed in', password: '***' })
  })
})
