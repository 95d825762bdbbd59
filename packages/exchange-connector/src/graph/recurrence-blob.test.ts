import { describe, expect, it } from 'vitest'
import { touchedDays } from './recurrence-blob.ts'

const base64 = (hex: string) => btoa(String.fromCharCode(...hex.match(/../g)!.map((pair) => Number.parseInt(pair, 16))))

describe('the recurrence blob', () => {
  it('tells the deleted days of a daily series (MS-OXOCAL §4.1.1.3)', () => {
    const blob =
      '043004300A2000000000A0050000E010000000000000212000000A0000000000000002000000A0C1DC0C80D2DC0C00000000207EDC0C0016DD0C' +
      '0630000009300000E0010000FE01000000000000000000000000'
    expect(touchedDays(base64(blob))).toEqual({ days: ['2011-04-19', '2011-04-22'], changed: 0 })
  })

  it('tells the changed day of a weekly series (MS-OXOCAL §4.1.1.2)', () => {
    const blob =
      '043004300B2001000000C0210000010000000000000032000000222000000C0000000000000001000000A096BC0C01000000A096BC0C8020BC0C' +
      '20ADBC0C0630000009300000580200007602000001003499BC0C5299BC0CF898BC0C1100'
    expect(touchedDays(base64(blob))).toEqual({ days: ['2007-04-16'], changed: 1 })
  })

  it('tells none of a series without exceptions (MS-OXOCAL §4.1.1.1)', () => {
    const blob =
      '043004300B2001000000C0210000010000000000000032000000222000000C0000000000000000000000000000008020BC0C20ADBC0C06300000' +
      '09300000580200007602000000000000000000000000'
    expect(touchedDays(base64(blob))).toEqual({ days: [], changed: 0 })
  })

  it('is nothing when it is cut off, of another version, of an unknown pattern or absurdly long', () => {
    const head = '043004300A2000000000A0050000E010000000000000212000000A00000000000000'
    for (const hex of [
      '',
      '0430',
      head,
      `${head}02000000A0C1DC0C`,
      `${head}FFFFFFFF`,
      `05300430${head.slice(8)}00000000`,
    ]) {
      expect(touchedDays(base64(hex.padEnd(2, '0')))).toBeNull()
    }
    expect(touchedDays(base64(`${head.slice(0, 12)}0900${head.slice(16)}00000000`))).toBeNull()
    expect(touchedDays('no base64!')).toBeNull()
  })
})
