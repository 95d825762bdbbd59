import type { CalendarPeer } from '@dayport/core'
import { createFakeEws, type FakeEws, type FakeEwsOptions } from '@dayport/testkit'
import { createEwsClient, type EwsClientOptions } from './client.ts'
import { createEwsPeer, type EwsPeerOptions } from './peer.ts'

export interface TestPeer {
  readonly server: FakeEws
  readonly peer: CalendarPeer
  /** Operations that were asked since the last call. */
  readonly operations: () => readonly string[]
}

/** A peer over a fake mailbox whose clock stands. */
export const testPeer = (
  options: {
    readonly server?: Partial<FakeEwsOptions>
    readonly peer?: Partial<EwsPeerOptions>
    readonly client?: Partial<EwsClientOptions>
  } = {},
): TestPeer => {
  let nowMs = Date.UTC(2026, 10, 26)
  const now = () => {
    nowMs += 1000
    return nowMs
  }
  const server = createFakeEws({ now, ...options.server })
  let id = 0
  const client = createEwsClient({
    url: 'https://mail.portal.test/EWS/Exchange.asmx',
    auth: { kind: 'basic', user: 'portal', password: 'secret' },
    fetch: server.fetch,
    newId: () => `00000000-0000-4000-8000-${String(++id).padStart(12, '0')}`,
    now,
    ...options.client,
  })
  const peer = createEwsPeer({
    client,
    folder: { distinguished: 'calendar' },
    origin: 'portal-1/owner',
    ...options.peer,
    mapping: { zone: 'Europe/Moscow', ownerAddresses: ['owner@portal.test'], ...options.peer?.mapping },
  })
  let seen = 0
  return {
    server,
    peer,
    operations() {
      const names = server.requests.slice(seen).map(({ operation }) => operation)
      seen = server.requests.length
      return names
    },
  }
}

/** One event's iCalendar text. */
export const calendar = (...components: readonly (readonly string[])[]): Uint8Array =>
  new TextEncoder().encode(
    [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//test//EN',
      ...components.flatMap((lines) => [
        'BEGIN:VEVENT',
        'UID:u-1@portal.test',
        'DTSTAMP:20260101T000000Z',
        ...lines,
        'END:VEVENT',
      ]),
      'END:VCALENDAR',
      '',
    ].join('\r\n'),
  )

export const textOf = (data: Uint8Array | null | undefined): string =>
  data == null ? '' : new TextDecoder().decode(data)
