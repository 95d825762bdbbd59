import { describe, expect, it } from 'vitest'
import { createServer, calendarHeaders as headers, ics } from '../../test/server.ts'
import { cal } from '../wire/names.ts'

const work = '/dav/calendars/anna/work/'
const zone = (tzid: string) => [
  ...['BEGIN:VTIMEZONE', `TZID:${tzid}`, 'BEGIN:STANDARD', 'DTSTART:19700101T000000', 'TZOFFSETFROM:+0100'],
  ...['TZOFFSETTO:+0100', 'END:STANDARD', 'END:VTIMEZONE'],
]
const event = (tzid: string, zones: readonly string[]) =>
  ics(
    ...zones,
    ...['BEGIN:VEVENT', 'UID:a', 'DTSTAMP:20260101T000000Z', `DTSTART;TZID=${tzid}:20260310T090000`, 'END:VEVENT'],
  )

const answers = async (body: string) => {
  const { dav: ask, calendar } = createServer()
  await calendar('work')
  await ask('PUT', `${work}a.ics`, { body, headers })
  const report = `<C:calendar-multiget xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><C:calendar-data/></prop><href>${work}a.ics</href></C:calendar-multiget>`
  return async (wish: string | null) => {
    const wished: Record<string, string> = wish === null ? {} : { 'caldav-timezones': wish }
    const got = (await ask('GET', `${work}a.ics`, { headers: wished })).text
    const reported = await ask('REPORT', work, { body: report, headers: wished })
    expect(reported.prop(`${work}a.ics`, cal('calendar-data'))?.text).toBe(got)
    return got
  }
}

describe('CalDAV-Timezones (RFC 7809 §3.1.3, §4.1)', () => {
  it('leaves out zones that are known by their names, and brings them back', async () => {
    const stored = event('Europe/Berlin', zone('Europe/Berlin'))
    const ask = await answers(stored)
    expect(await ask(null)).toBe(stored)
    expect(await ask('T')).toBe(stored)
    expect(await ask('F')).toBe(event('Europe/Berlin', []))
  })

  it('adds the zone of an object that was stored without it', async () => {
    const stored = event('Europe/Berlin', [])
    const ask = await answers(stored)
    expect(await ask(null)).toBe(stored)
    const whole = await ask('T')
    expect(whole.match(/BEGIN:VTIMEZONE\r\nTZID:Europe\/Berlin\r\n/g)).toHaveLength(1)
    expect(whole.replace(/BEGIN:VTIMEZONE[\s\S]*END:VTIMEZONE\r\n/, '')).toBe(stored)
  })

  it('keeps a zone that only its VTIMEZONE explains', async () => {
    const stored = event('Mine', zone('Mine'))
    const ask = await answers(stored)
    expect([await ask('F'), await ask('T')]).toEqual([stored, stored])
  })
})
