import { parseXml } from '@dayport/core/xml'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryEvent } from '../../test/arbitrary-event.ts'
import { schemaFaults, schemas } from '../../test/valid-requests.ts'
import { defaultMappingOptions } from '../event/options.ts'
import { toExchange } from '../event/to-exchange.ts'
import { buildRequest, type EwsHeader, type EwsOperation } from './envelope.ts'
import { type ItemChanges, type WritableField, writableFields } from './item-fields.ts'
import { m, soap, t } from './names.ts'
import { createAttachment, deleteAttachment, getAttachment } from './operations/attachments.ts'
import { convertId, getServerTimeZones, resolveNames } from './operations/directory.ts'
import { findFolder, getFolder, syncFolderHierarchy } from './operations/folders.ts'
import { operations } from './operations/index.ts'
import { getEvents, getStreamingEvents, subscribe, unsubscribe } from './operations/notifications.ts'
import { findByProperty, findInView, getItem } from './operations/read-items.ts'
import { syncFolderItems } from './operations/sync.ts'
import { createItem, deleteItem, moveItem, updateItem, updateItems } from './operations/write-items.ts'
import { portalFields } from './properties.ts'

const header: EwsHeader = { version: 'Exchange2013_SP1', impersonate: "o'neill&co@portal.test" }
const folder = { distinguished: 'calendar', mailbox: 'room@portal.test' } as const
const itemId = { id: 'AAMk/+"<&', changeKey: 'DwAA&"' }
const options = { ...defaultMappingOptions, zone: 'Australia/Lord_Howe', ownerAddresses: ['owner@portal.test'] }

const changesOf = (data: Uint8Array): ItemChanges | null => {
  try {
    const event = toExchange(data, options)
    const portal = { uid: 'u', operation: 'op-1', origin: 'x', data: 'dp1:1:AA==', pending: null }
    return { event, fields: new Set(writableFields), portal }
  } catch {
    return null
  }
}

const lines = (...more: string[]) =>
  new TextEncoder().encode(
    ['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', 'UID:u', ...more, 'END:VEVENT', 'END:VCALENDAR', ''].join(
      '\r\n',
    ),
  )

const hostile = changesOf(
  lines(
    'DTSTART;TZID=Australia/Lord_Howe:20260329T090000',
    'DTEND;TZID=Australia/Lord_Howe:20260329T100000',
    'RRULE:FREQ=YEARLY;INTERVAL=2;COUNT=3',
    'SUMMARY:R&D <plan> ]]> "x" \u0001\\nsecond',
    'X-ALT-DESC;FMTTYPE=text/html:<p>a &amp\\; <b>b</b></p></t:Body><t:Body>',
    'CATEGORIES:<a>,&b',
    'ORGANIZER:mailto:owner@portal.test',
    'ATTENDEE;CN="<i>":mailto:a&b@portal.test',
    'ATTENDEE;ROLE=OPT-PARTICIPANT:mailto:c@portal.test',
    'ATTENDEE;CUTYPE=ROOM:mailto:r@portal.test',
  ),
)!

const one = <Input>(operation: EwsOperation<Input, unknown>, input: Input) => buildRequest(operation, input, header)

const requests = new Map<string, string>([
  ['GetFolder', one(getFolder, { folder })],
  ['GetFolder plain', one(getFolder, { folder, plain: true })],
  ['FindFolder', one(findFolder, { root: { distinguished: 'msgfolderroot' }, offset: 0, limit: 100 })],
  ['SyncFolderHierarchy', one(syncFolderHierarchy, { root: { distinguished: 'msgfolderroot' }, state: 'H4sI&' })],
  ['SyncFolderItems first', one(syncFolderItems, { folder, state: null, limit: 900 })],
  ['SyncFolderItems next', one(syncFolderItems, { folder: { id: 'F&"' }, state: 'H4<', limit: 1 })],
  ['GetItem id', one(getItem, { ids: [itemId, { masterOf: 'x"' }, { masterId: 'x&', index: 2 }], shape: 'id' })],
  ['GetItem full', one(getItem, { ids: [itemId], shape: 'full' })],
  ['GetItem legacy', one(getItem, { ids: [itemId], shape: 'full', legacy: true })],
  ['FindItem view', one(findInView, { folder, startMs: 0, endMs: 86_400_000, shape: 'short' })],
  ['FindItem view of parts', one(findInView, { folder, startMs: 0, endMs: 86_400_000, shape: 'part' })],
  ['FindItem property', one(findByProperty, { folder, field: portalFields.operation, value: '"><t:x/>' })],
  ['FindItem all', one(findByProperty, { folder, field: portalFields.calendar, value: null, offset: 200 })],
  ['GetItem all', one(getItem, { ids: [itemId], shape: 'full', legacy: true, all: true })],
  ['SyncFolderItems parts', one(syncFolderItems, { folder, state: null, limit: 10, tells: 'parts' })],
  ['SyncFolderItems ids', one(syncFolderItems, { folder, state: null, limit: 10, tells: 'ids' })],
  ['GetItem without numbered properties', one(getItem, { ids: [itemId], shape: 'full', numbered: false })],
  ['GetItem short', one(getItem, { ids: [{ masterId: 'x', index: 1 }], shape: 'short', all: true })],
  ['FindItem view of everything', one(findInView, { folder, startMs: 0, endMs: 1, shape: 'part', all: true })],
  [
    'FindItem property of everything',
    one(findByProperty, { folder, field: portalFields.group, value: 'g', all: true }),
  ],
  ['DeleteItem with mails', one(deleteItem, { itemIds: [itemId], mailing: 'all' })],
  ['CreateItem with mails', one(createItem, { folder: { id: 'F' }, changes: hostile, mailing: 'all' })],
  [
    'UpdateItem several',
    one(updateItems, [
      { itemId, changes: { ...hostile, fields: new Set<WritableField>(), portal: { part: '[1,"<&"]' } } },
      { itemId, changes: { ...hostile, fields: new Set<WritableField>(), portal: { group: null, calendar: null } } },
    ]),
  ],
  ['CreateItem', one(createItem, { folder, changes: hostile, mailing: 'none' })],
  ['UpdateItem', one(updateItem, { itemId, changes: hostile, mailing: 'all' })],
  ['DeleteItem', one(deleteItem, { itemIds: [itemId, itemId], mailing: 'none' })],
  ['MoveItem', one(moveItem, { itemId, folder })],
  [
    'CreateAttachment',
    one(createAttachment, { itemId, name: '<&>.txt', contentType: 'text/plain', content: Uint8Array.of(0, 255) }),
  ],
  ['GetAttachment', one(getAttachment, { ids: ['a', 'b'] })],
  ['DeleteAttachment', one(deleteAttachment, { ids: ['a'] })],
  ['Subscribe pull', one(subscribe, { folders: [folder], kind: 'pull', timeoutMinutes: 30 })],
  ['Subscribe streaming', one(subscribe, { folders: [folder], kind: 'streaming', timeoutMinutes: 30 })],
  ['GetEvents', one(getEvents, { subscription: 's', watermark: 'AAAAAHgGAAAAAAAAAQ==' })],
  ['GetStreamingEvents', one(getStreamingEvents, { subscriptions: ['s'], timeoutMinutes: 99 })],
  ['Unsubscribe', one(unsubscribe, { subscription: 's' })],
  ['ResolveNames', one(resolveNames, { entry: '/O=X/OU=<Y>/CN=Z' })],
  ['ConvertId', one(convertId, { ids: ['a&'], mailbox: 'a@b.test', from: 'EwsId', to: 'HexEntryId' })],
  ['GetServerTimeZones', one(getServerTimeZones, { ids: ['Russian Standard Time'] })],
])

describe('requests to Exchange Web Services', () => {
  it('carry hostile text as text, which a parser gives back', () => {
    const body = parseXml(requests.get('CreateItem')!).child(soap('Body'))!
    const item = body.child(m('CreateItem'))!.child(m('Items'))!.child(t('CalendarItem'))!
    expect(item.child(t('Subject'))?.text).toBe('R&D <plan> ]]> "x" second')
    expect(item.childrenNamed(t('Body'))).toHaveLength(1)
    expect(item.child(t('Categories'))?.elements.map(({ text }) => text)).toEqual(['<a>', '&b'])
  })

  it('mail nobody unless the caller says so', () => {
    expect(requests.get('CreateItem')).toContain('SendMeetingInvitations="SendToNone"')
    expect(requests.get('DeleteItem')).toContain('SendMeetingCancellations="SendToNone"')
    expect(requests.get('UpdateItem')).toContain('SendMeetingInvitationsOrCancellations="SendToAllAndSaveCopy"')
  })

  it('name UTC as the zone of the request, whatever the process is in', () => {
    for (const request of requests.values()) {
      expect(request).toContain('<t:TimeZoneContext><t:TimeZoneDefinition Id="UTC"/></t:TimeZoneContext>')
    }
  })

  it('say an interval of years as one of months, which EWS has', () => {
    expect(requests.get('CreateItem')).toContain('<t:AbsoluteMonthlyRecurrence><t:Interval>24</t:Interval>')
  })

  it('tell a zone that Windows does not have by its rules', () => {
    const start = /<t:StartTimeZone [^>]*>.*?<\/t:StartTimeZone>/.exec(
      one(createItem, {
        folder,
        changes: {
          ...hostile,
          event: {
            ...hostile.event,
            span: {
              kind: 'instants',
              startMs: 1_774_000_000_000,
              endMs: 1_774_000_000_000,
              startZone: 'Antarctica/Troll',
              endZone: 'Antarctica/Troll',
            },
          },
        },
        mailing: 'none',
      }),
    )?.[0]
    expect(start).toContain('Bias="-PT2H0M0S"')
    expect(start).toContain('<t:Month>3</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek><t:Occurrence>-1</t:Occurrence>')
  })

  it('are all tried here', () => {
    const names = [...requests.values()].map((text) => parseXml(text).child(soap('Body'))?.elements[0]?.name)
    for (const { name } of operations) expect(names).toContain(m(name))
  })

  it.skipIf(schemas === undefined)('are valid by the official schemas (DAYPORT_EWS_SCHEMAS)', () => {
    expect(schemaFaults(requests)).toBe('')
  })

  it.skipIf(schemas === undefined)('are valid by the official schemas for any event (DAYPORT_EWS_SCHEMAS)', () => {
    const many = new Map<string, string>()
    for (const [index, { data }] of fc.sample(arbitraryEvent, 150).entries()) {
      const changes = changesOf(data)
      if (changes === null) continue
      many.set(`create ${index}`, one(createItem, { folder, changes, mailing: 'none' }))
      many.set(`update ${index}`, one(updateItem, { itemId, changes, mailing: 'none' }))
    }
    expect(many.size).toBeGreaterThan(150)
    expect(schemaFaults(many)).toBe('')
  })
})
