import { CalendarError } from '@dayport/core'
import { expandSeries, parseCalendar, seriesFacts, validateObject } from '@dayport/core/ical'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryEvent } from '../../test/arbitrary-event.ts'
import { processZones, useProcessZone } from '../../test/process-zones.ts'
import { differingFields, isSameSpan } from './compare.ts'
import { fromExchange, project } from './from-exchange.ts'
import type { ExchangeContent, ExchangeEvent } from './model.ts'
import { defaultMappingOptions, type MappingOptions } from './options.ts'
import { isSameRecurrence } from './recurrence-of.ts'
import { toExchange } from './to-exchange.ts'

const options: MappingOptions = {
  ...defaultMappingOptions,
  zone: 'Europe/Moscow',
  ownerAddresses: ['owner@portal.test'],
}

/** `null` when Exchange cannot hold it. */
const mapped = (data: Uint8Array): ExchangeEvent | null => {
  try {
    return toExchange(data, options)
  } catch (error) {
    if (CalendarError.is(error, 'unrepresentable')) return null
    throw error
  }
}

const occurrences = (data: Uint8Array) =>
  expandSeries(seriesFacts(parseCalendar(data)), {
    range: { startMs: Date.UTC(2019, 0, 1), endMs: Date.UTC(2036, 0, 1) },
    floatingZone: options.zone,
    maxInstances: 300,
  }).instances.map(({ startMs, endMs, recurrenceIdMs }) => [startMs, endMs, recurrenceIdMs])

/** What differs between two events, by meaning. */
const differences = (a: ExchangeEvent, b: ExchangeEvent): readonly string[] => {
  const found: string[] = [...differingFields(a, b)]
  if (!isSameSpan(a.span, b.span)) found.push('span')
  if (!isSameRecurrence(a.recurrence, b.recurrence)) found.push('recurrence')
  if (a.deleted.join() !== b.deleted.join()) found.push('deleted')
  const dates = new Set([...a.exceptions, ...b.exceptions].map(({ originalDate }) => originalDate))
  for (const date of dates) {
    const [one, other] = [a, b].map(({ exceptions }) => exceptions.find(({ originalDate }) => originalDate === date))
    const differs = differingFields(
      { ...a, ...one?.fields } as ExchangeContent,
      { ...b, ...other?.fields } as ExchangeContent,
    )
    found.push(...[...differs].map((field) => `${date} ${field}`))
    if (one?.span === undefined || other?.span === undefined) {
      if (one?.span !== other?.span) found.push(`${date} span`)
    } else if (!isSameSpan(one.span, other.span)) found.push(`${date} span`)
  }
  return found
}

describe.each(processZones)('the mapping to Exchange and back, in a process at %s', (processZone, offset) => {
  useProcessZone(processZone, offset)
  const run = { numRuns: processZone === 'UTC' ? 150 : 50 }

  it('gives back what was put, with the same occurrences, and nothing new the second time', () => {
    let held = 0
    fc.assert(
      fc.property(arbitraryEvent, ({ data }) => {
        const event = mapped(data)
        fc.pre(event !== null)
        held++
        const once = project(data, options)
        validateObject(parseCalendar(once))
        expect(project(once, options)).toEqual(once)
        expect(differences(toExchange(once, options), event)).toEqual([])
        expect(occurrences(once)).toEqual(occurrences(data))
      }),
      run,
    )
    expect(held).toBeGreaterThan(run.numRuns / 2)
  })

  it('makes the same event from the item alone, when our property is gone', () => {
    fc.assert(
      fc.property(arbitraryEvent, ({ data }) => {
        const event = mapped(data)
        fc.pre(event !== null)
        const made = fromExchange({ ...event, portalData: null, isOrganizer: null }, options)
        validateObject(parseCalendar(made))
        expect(differences(toExchange(made, options), event)).toEqual([])
        expect(occurrences(made)).toEqual(occurrences(data))
      }),
      run,
    )
  })

  it('patches any event into any other that Exchange may make of it', () => {
    fc.assert(
      fc.property(arbitraryEvent, arbitraryEvent, (one, other) => {
        const [base, event] = [mapped(one.data), mapped(other.data)]
        fc.pre(base !== null && event !== null)
        const patched = fromExchange({ ...event, uid: base.uid, portalData: base.portalData }, options)
        validateObject(parseCalendar(patched))
        expect(differences(toExchange(patched, options), event)).toEqual([])
      }),
      run,
    )
  })
})
