import { parseXml } from '@dayport/core/xml'
import { describe, expect, it } from 'vitest'
import { defaultMappingOptions } from '../event/options.ts'
import { eventOfItem } from './event-of-item.ts'
import { readItem } from './item.ts'

const options = {
  mapping: { ...defaultMappingOptions, zone: 'Europe/Moscow' },
  origin: 'p/1',
  addresses: new Map<string, string>(),
}

const eventOf = (inner: string) => {
  const xml = `<t:CalendarItem xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><t:ItemId Id="i" ChangeKey="k"/>${inner}</t:CalendarItem>`
  return eventOfItem(readItem(parseXml(xml))!, new Map(), options)?.event
}

const times = (start: string, end: string) => `<t:Start>${start}</t:Start><t:End>${end}</t:End>`

describe('an item of Exchange as an event', () => {
  it('takes a zone without a name for a known one with its offsets (section 5.2)', () => {
    const zone = (...biases: string[]) =>
      `<t:StartTimeZone Id="" Name="Customized Time Zone"><t:Periods>${biases.map((bias) => `<t:Period Bias="${bias}" Name="x" Id="${bias}"/>`).join('')}</t:Periods></t:StartTimeZone>`
    const span = times('2026-12-01T09:00:00Z', '2026-12-01T10:00:00Z')
    expect(eventOf(span + zone('PT5H', 'PT4H'))?.span).toMatchObject({ startZone: 'Eastern Standard Time' })
    expect(eventOf(span + zone('-PT3H'))?.span).toMatchObject({ startZone: 'Russian Standard Time' })
    expect(eventOf(span + zone('PT17M'))?.span).toMatchObject({ startZone: null })
  })

  it('is one day for an owner at +03:00 when the server tells 21:00Z to 21:00Z, whatever zone it names (section 5.3)', () => {
    const day = `${times('2026-12-09T21:00:00.1234567Z', '2026-12-10T21:00:00Z')}<t:IsAllDayEvent>true</t:IsAllDayEvent>`
    for (const zone of [
      '',
      '<t:StartTimeZoneId>UTC</t:StartTimeZoneId>',
      '<t:StartTimeZoneId>Russian Standard Time</t:StartTimeZoneId>',
    ]) {
      expect(eventOf(day + zone)?.span).toMatchObject({ kind: 'days', startDate: '2026-12-10', endDate: '2026-12-11' })
    }
  })

  it('takes recurrence dates as days, with an offset or a time behind them', () => {
    const series = (date: string) =>
      eventOf(
        `${times('2026-12-01T08:00:00Z', '2026-12-01T09:00:00Z')}<t:CalendarItemType>RecurringMaster</t:CalendarItemType><t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence><t:EndDateRecurrence><t:StartDate>${date}</t:StartDate><t:EndDate>${date}</t:EndDate></t:EndDateRecurrence></t:Recurrence>`,
      )?.recurrence?.range
    for (const date of ['2026-12-01', '2026-12-01-08:00', '2026-12-01+14:00', '2026-12-01T00:00:00.000000Z']) {
      expect(series(date)).toEqual({ kind: 'endDate', startDate: '2026-12-01', endDate: '2026-12-01' })
    }
  })
})
