import { CalendarError, RemoteError } from '@dayport/core'
import type { FakeGraphOptions } from '@dayport/testkit'
import { createGraphPeer, type GraphPeer, type GraphPeerOptions } from './peer.ts'
import { openTestGraph, type TestGraph, user } from './test-graph.ts'

export interface TestPeer extends TestGraph {
  readonly peer: GraphPeer
}

/** Anna's calendar as a peer, over the fake. */
export const openTestPeer = (
  options: Partial<GraphPeerOptions> = {},
  graphOptions: Partial<FakeGraphOptions> = {},
): TestPeer => {
  const test = openTestGraph(graphOptions)
  const peer = createGraphPeer({
    client: test.client,
    user,
    calendar: 'calendar',
    origin: 'portal.example/anna',
    now: () => test.clock.ms,
    mapping: { zone: 'Europe/Moscow', ownerAddresses: [user] },
    ...options,
  })
  return { ...test, peer }
}

/** One event in iCalendar; `extra` are further lines of the master, `overrides` whole components. */
export const ical = (
  lines: readonly string[],
  overrides: readonly (readonly string[])[] = [],
  uid = 'one@portal.example',
): Uint8Array => {
  const component = (own: readonly string[]) => [
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20260101T000000Z',
    ...own,
    'END:VEVENT',
  ]
  return new TextEncoder().encode(
    [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Example//Portal//EN',
      ...component(lines),
      ...overrides.flatMap(component),
      'END:VCALENDAR',
      '',
    ].join('\r\n'),
  )
}

export const textOf = (data: Uint8Array | null | undefined): string =>
  new TextDecoder().decode(data ?? new Uint8Array())

export const meeting = ['DTSTART:20260112T090000Z', 'DTEND:20260112T100000Z', 'SUMMARY:Planning'] as const

/** Mondays at nine in Moscow. */
export const weekly = [
  'DTSTART;TZID=Europe/Moscow:20260105T090000',
  'DTEND;TZID=Europe/Moscow:20260105T100000',
  'RRULE:FREQ=WEEKLY;BYDAY=MO',
  'SUMMARY:Stand-up',
] as const

export const mondays = {
  pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'], firstDayOfWeek: 'monday' },
  range: { type: 'noEnd', startDate: '2026-01-05' },
} as const

export const writes = ({ graph }: TestPeer) => graph.requests.filter(({ method }) => method !== 'GET')
export const bodies = (test: TestPeer, method: string) =>
  writes(test)
    .filter((request) => request.method === method)
    .map(({ body }) => body as Record<string, unknown>)

export const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'done'
  } catch (error) {
    return CalendarError.is(error) ? error.code : RemoteError.is(error) ? `remote ${error.kind}` : String(error)
  }
}
