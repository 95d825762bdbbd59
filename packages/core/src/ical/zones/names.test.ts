import { describe, expect, it } from 'vitest'
import { resolveKnownZone, zoneOfName } from './names.ts'
import { windowsNameOf, zoneOfWindowsName } from './windows-names.ts'
import { windowsZones } from './windows-zones.ts'

const idOf = (tzid: string) => resolveKnownZone(tzid)?.id ?? null

describe('resolveKnownZone', () => {
  it.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['US/Eastern', 'America/New_York'],
    ['Asia/Calcutta', 'Asia/Kolkata'],
    ['Europe/Kiev', 'Europe/Kyiv'],
    ['Europe/Kyiv', 'Europe/Kyiv'],
    ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['America/New York', 'America/New_York'],
    ['Etc/GMT+3', 'Etc/GMT+3'],
    ['UTC', 'UTC'],
    ['GMT', 'UTC'],
    ['Z', 'UTC'],
    ['Etc/UTC', 'UTC'],
    ['W-SU', 'Europe/Moscow'],
    ['EST5EDT', 'America/New_York'],
    ['"Europe/Berlin"', 'Europe/Berlin'],
    [' Europe/Berlin ', 'Europe/Berlin'],
    ['TZID-Europe/Berlin', 'Europe/Berlin'],
    ['/mozilla.org/20050126_1/Europe/Berlin', 'Europe/Berlin'],
    ['/freeassociation.sourceforge.net/Tzfile/America/Argentina/Salta', 'America/Argentina/Salta'],
    ['/freeassociation.sourceforge.net/UTC', 'UTC'],
    ['/citadel.org/20210210_1/Europe/Moscow', 'Europe/Moscow'],
    ['/softwarestudio.org/Olson_20011030_5/America/New_York', 'America/New_York'],
    ['/bedework.org/Asia/Tokyo', 'Asia/Tokyo'],
    ['http://tzurl.org/zoneinfo/Europe/Paris', 'Europe/Paris'],
    ['W. Europe Standard Time', 'Europe/Berlin'],
    ['russian standard time', 'Europe/Moscow'],
    ['Eastern Daylight Time', 'America/New_York'],
    ['Pacific Standard Time (Mexico)', 'America/Tijuana'],
    ['UTC-11', 'Etc/GMT+11'],
    ['tzone://Microsoft/Utc', 'UTC'],
    ['(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna', 'Europe/Amsterdam'],
    ['(GMT+03.00) Moscow', null],
    ['(UTC+03:00) Moscow, St. Petersburg', 'Europe/Moscow'],
    ['(GMT+04:00) Moscow, St. Petersburg, Volgograd', 'Europe/Moscow'],
    ['(UTC-05:00) Eastern Time (US & Canada)', 'America/New_York'],
    ['(GMT-08:00) Pacific Time (US & Canada); Tijuana', 'America/Tijuana'],
    ['Eastern Time (US & Canada)', 'America/New_York'],
    ['(UTC) Coordinated Universal Time', 'UTC'],
    ['(UTC+00:00) Dublin, Edinburgh, Lisbon, London', 'Europe/London'],
    ['(UTC-07:00) Chihuahua, La Paz, Mazatlan', 'America/Mazatlan'],
    ['(UTC+10:30) Lord Howe Island', 'Australia/Lord_Howe'],
  ])('reads %s as %s', (tzid, id) => {
    expect(idOf(tzid)).toBe(id)
  })

  it.each([
    '',
    ' ',
    'Custom',
    'BST',
    'IST',
    'PST',
    'AST',
    'EST',
    'GMT+01:00',
    '(GMT-03:00)',
    'Europe',
    'Europe/Nowhere',
    'Nowhere/Berlin',
    '/',
    '//',
    'UTC+99',
    '/example.com/UTC',
  ])('knows nothing of "%s"', (tzid) => {
    expect(idOf(tzid)).toBeNull()
  })

  it('is safe with names that JavaScript objects know, control characters and very long names', () => {
    const hostile = [
      '__proto__',
      'constructor',
      'toString',
      'Europe/__proto__',
      'Europe/Berlin\r\nX:1',
      'Europe/Berlin\u0000',
    ]
    for (const tzid of hostile) expect(idOf(tzid)).toBeNull()
    const start = performance.now()
    for (const piece of ['a', '/', '/a', '(UTC', ' ', '"', 'Europe/', '(UTC+01:00) ', ', ']) {
      expect(idOf(piece.repeat(1_000_000 / piece.length))).toBeNull()
      expect(idOf(`(UTC+01:00) ${piece.repeat(200 / piece.length)}x`)).toBeNull()
    }
    expect(performance.now() - start).toBeLessThan(1000)
  })

  it('answers 200 000 different unknown names within a second or two', () => {
    const start = performance.now()
    let known = 0
    for (let i = 0; i < 200_000; i++) if (resolveKnownZone(`Europe/X${i}`) !== null) known++
    expect(known).toBe(0)
    expect(performance.now() - start).toBeLessThan(5000)
  })
})

describe('zoneOfName', () => {
  it.each([
    ['GMT +0100', 'Etc/GMT-1'],
    ['GMT+01:00', 'Etc/GMT-1'],
    ['UTC-5', 'Etc/GMT+5'],
    ['+0300', 'Etc/GMT-3'],
    ['(GMT+05:45)', 'UTC+05:45'],
    ['UTC+05:45', 'UTC+05:45'],
    ['GMT+00:00', 'UTC'],
    ['EST', 'America/Panama'],
    ['Europe/Berlin', 'Europe/Berlin'],
  ])('reads %s as %s, which resolveKnownZone may leave to a VTIMEZONE', (tzid, id) => {
    expect(zoneOfName(tzid)?.id).toBe(id)
  })

  it('counts plain offsets east of UTC as positive, and Etc names as the zone database does', () => {
    expect(zoneOfName('GMT+3')?.offsetAt(0)).toBe(3 * 3600)
    expect(zoneOfName('Etc/GMT+3')?.offsetAt(0)).toBe(-3 * 3600)
    expect(zoneOfName('UTC-03:30')?.offsetAt(0)).toBe(-(3 * 3600 + 1800))
    expect(zoneOfName('UTC-03:30')?.toInstant(0)).toBe((3 * 3600 + 1800) * 1000)
  })
})

describe('Windows names', () => {
  it('lead to a zone, all 139 of CLDR', () => {
    expect(windowsZones).toHaveLength(139)
    for (const [short] of windowsZones) {
      const name = short.replace('~', 'Standard Time')
      const zone = zoneOfWindowsName(name)
      expect(zone === null ? null : resolveKnownZone(zone), name).not.toBeNull()
      expect(windowsNameOf(zone!)).toBe(name)
    }
  })

  it('exist for every zone of the runtime but Antarctica/Troll', () => {
    expect(Intl.supportedValuesOf('timeZone').filter((zone) => windowsNameOf(zone) === null)).toEqual([
      'Antarctica/Troll',
    ])
  })

  it('are found for aliases, and not for what is no zone', () => {
    expect(windowsNameOf('US/Eastern')).toBe('Eastern Standard Time')
    expect(windowsNameOf('UTC')).toBe('UTC')
    expect(windowsNameOf('Asia/Calcutta')).toBe('India Standard Time')
    expect(windowsNameOf('Custom')).toBeNull()
  })
})
