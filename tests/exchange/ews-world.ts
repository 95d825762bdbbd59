import type { CalendarPeer } from '@dayport/core'
import { clark, createXmlElement, type XmlElement } from '@dayport/core/xml'
import { createEwsClient, createEwsPeer } from '@dayport/exchange-connector/ews'
import { createFakeEws, type FakeEwsFault, type FakeEwsTraits } from '@dayport/testkit'
import { answeredLater, type Clock, createMortalProcess, openWorld, type Side, type Trouble, user } from './world.ts'

const faultOf: Readonly<Record<Exclude<Trouble, 'conflict'>, FakeEwsFault>> = {
  'lost-answer': { kind: 'lost' },
  'lost-request': { kind: 'refused' },
  truncated: { kind: 'torn' },
  throttled: { kind: 'fault', code: 'ErrorServerBusy', backOffMs: 3000 },
  busy: { kind: 'status', status: 503, retryAfter: '3' },
  'timed-out': { kind: 'fault', code: 'ErrorTimeoutExpired' },
  'login-page': { kind: 'html' },
  'half-batch': { kind: 'item', code: 'ErrorBatchProcessingStopped', from: 4 },
}

const typesNamespace = 'http://schemas.microsoft.com/exchange/services/2006/types'
/** A types element with text. */
export const element = (local: string, text: string, attributes: Readonly<Record<string, string>> = {}): XmlElement =>
  createXmlElement(clark(typesNamespace, local), {
    attributes: new Map(Object.entries(attributes)),
    children: text === '' ? [] : [text],
  })
const parent = (local: string, children: readonly XmlElement[]): XmlElement =>
  createXmlElement(clark(typesNamespace, local), { children })

/** One attendee of a meeting. */
export const attendees = (address: string): XmlElement =>
  parent('RequiredAttendees', [
    parent('Attendee', [parent('Mailbox', [element('EmailAddress', address), element('RoutingType', 'SMTP')])]),
  ])

const moscow = [
  element('StartTimeZone', '', { Id: 'Russian Standard Time' }),
  element('EndTimeZone', '', { Id: 'Russian Standard Time' }),
]

const writing = new Set(['CreateItem', 'UpdateItem', 'DeleteItem', 'MoveItem'])

/** Anna's mailbox in Exchange Server. */
export const ewsSide = (
  clock: Clock,
  newId: () => string,
  traits: Partial<FakeEwsTraits> = {},
  privateEvents: 'private' | 'busy' = 'private',
) => {
  const now = () => clock.ms
  const ews = createFakeEws({ now, traits, mailbox: user })
  const process = createMortalProcess(answeredLater(ews.fetch))
  const openClient = () =>
    createEwsClient({
      url: 'https://mail.example.com/EWS/Exchange.asmx',
      auth: { kind: 'basic', user: 'portal', password: 'secret' },
      fetch: process.fetch,
      newId,
      now,
    })
  const openPeer = (own: ReturnType<typeof openClient>) =>
    createEwsPeer({
      client: own,
      folder: { distinguished: 'calendar' },
      origin: 'portal.example/anna',
      mapping: { zone: 'Europe/Moscow', ownerAddresses: [user], privateEvents },
      singles: { pastDays: 31, futureDays: 366, now },
    })
  const client = openClient()
  let remote: CalendarPeer = openPeer(client)
  const { hand } = ews
  const all = () => [...hand.items, ...hand.others]
  let seen = 0
  const side: Side & { readonly ews: typeof ews; readonly client: typeof client } = {
    ews,
    client,
    get remote() {
      return remote
    },
    reopen: () => {
      remote = openPeer(openClient())
      return remote
    },
    process,
    hand: {
      get items() {
        return all().map(({ id, elements, folder, startMs }) => ({
          id,
          title: elements.get('Subject')?.text ?? '',
          day: new Date(startMs + 3 * 3_600_000).toISOString().slice(0, 10),
          isSeries: elements.has('Recurrence'),
          isJoined: folder === 'F-calendar',
        }))
      },
      create: (local, title) => {
        const startMs = Date.parse(`${local}:00+03:00`)
        return hand.add({ subject: title, startMs, endMs: startMs + 3_600_000, more: moscow })
      },
      rename: (id, title) => hand.edit(id, [element('Subject', title)]),
      delete: (id) => hand.remove(id),
      move: (id) => void hand.move(id, hand.items.some((item) => item.id === id) ? 'work' : 'calendar'),
      copy: (id) => void hand.copy(id),
      touch: (id) => hand.touch(id),
      unsearched: hand.unsearched,
      renameOccurrence: (id, day, title) => hand.editOccurrence(id, day, [element('Subject', title)]),
      deleteOccurrence: (id, day) => hand.removeOccurrence(id, day),
      exceptionsOf: (id) => {
        const item = all().find((each) => each.id === id)!
        return { changed: [...item.exceptions.keys()].sort(), deleted: [...item.deletedDates].sort() }
      },
    },
    trouble: null,
    requests: () => seen,
    forgetLog: () => {
      ews.requests.length = 0
    },
    writes: () => ews.requests.filter(({ operation }) => writing.has(operation)).length,
    mails: () => ews.mails.length,
    expireFeeds: () => hand.forgetStates(),
  }
  ews.faults = ({ operation, body }) => {
    seen += 1
    // Nobody has asked for a mail in any history.
    const mailing = /SendMeeting\w+="(?!SendToNone")[^"]*"/.exec(body)
    if (mailing !== null) throw new Error(`a request that may mail: ${mailing[0]}`)
    const trouble = side.trouble?.(seen) ?? null
    if (trouble === null) return null
    if (trouble === 'conflict') {
      const id = /ItemId Id="([^"#]+)/.exec(body)?.[1]
      if (writing.has(operation) && all().some((item) => item.id === id)) hand.touch(id!)
      return null
    }
    if (trouble === 'half-batch') return operation === 'GetItem' ? faultOf[trouble] : null
    return faultOf[trouble]
  }
  return side
}

/** Anna's calendar here, her mailbox in Exchange Server, and the engine between them. */
export const openEwsWorld = (traits: Partial<FakeEwsTraits> = {}, broken?: (peer: CalendarPeer) => CalendarPeer) =>
  openWorld(({ clock, newId }) => ewsSide(clock, newId, traits), { broken })
