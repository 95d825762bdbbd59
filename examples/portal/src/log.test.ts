import { describe, expect, it } from 'vitest'
import { createLog, loggedPath } from './log.ts'

describe('loggedPath', () => {
  it('keeps the id of a feed link and hides its secret', () => {
    expect(loggedPath('/ical/4fQ9wZ/c8RkSecret.ics')).toBe('/ical/4fQ9wZ/***')
    expect(loggedPath('/ical/4fQ9wZ/c8RkSecret.ics?x=1')).toBe('/ical/4fQ9wZ/***')
    expect(loggedPath('/ical/a/b/c')).toBe('/ical/a/***')
  })

  it('hides the secret in addresses that are not quite right', () => {
    const secret = 'DisacvGIbybVrGvKyY9M9EHJzTVC4f_Mp8d8fQTmuqA'
    for (const path of [`//ical/id/${secret}.ics`, `/ICAL/id/${secret}`, `/ical/id%2F${secret}.ics`, `/${secret}x/`]) {
      expect(loggedPath(path)).not.toContain(secret.slice(0, 20))
    }
    expect(loggedPath('/dav/calendars/anna/work/0b6f7f1e-6c39-4f7a-9f0b-0d9b1c1f2a3b.ics')).toContain('2a3b.ics')
  })

  it('keeps the id of an Outlook connection, and neither its secret nor the name of a file', () => {
    expect(loggedPath('/outlook/4fQ9wZ/c8RkSecret/_vti_bin/Lists.asmx')).toBe('/outlook/4fQ9wZ/***')
    expect(loggedPath('/outlook/basic/cal/_vti_bin/Lists.asmx?wsdl')).toBe('/outlook/basic/cal/_vti_bin/Lists.asmx')
    expect(loggedPath('/outlook/basic/cal/Lists/Calendar/Attachments/7/salaries.xlsx')).toBe(
      '/outlook/basic/cal/Lists/Calendar/Attachments/7/***',
    )
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
