import util from 'node:util'
import { createFakeEws, type FakeEws } from '@dayport/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEwsClient } from '../src/ews/client.ts'
import { createEwsPeer } from '../src/ews/peer.ts'
import { serve } from './serve.ts'

// The library calls what Node 23 took away.
Object.assign(util, { isNullOrUndefined: (value: unknown) => value == null })
const ews = await import('ews-javascript-api')

let server: FakeEws
let service: InstanceType<typeof ews.ExchangeService>
let address: Awaited<ReturnType<typeof serve>>

beforeAll(async () => {
  server = createFakeEws({ now: () => Date.UTC(2026, 10, 26), accounts: new Map([['owner', 'secret']]) })
  address = await serve(server.handle)
  service = new ews.ExchangeService(ews.ExchangeVersion.Exchange2013_SP1)
  service.Url = new ews.Uri(address.url)
  service.Credentials = new ews.WebCredentials('owner', 'secret')
})
afterAll(() => address.close())

const day = (hour: number) => new ews.DateTime(Date.UTC(2026, 11, 1, hour))
const bind = (id: string) => ews.Appointment.Bind(service, new ews.ItemId(id))
const calendar = ews.WellKnownFolderName.Calendar

/** What a client that nobody of us wrote sees of the fake, and of what our peer wrote there. */
describe('ews-javascript-api against the fake server', () => {
  it('creates, finds, changes and deletes an appointment', async () => {
    const appointment = new ews.Appointment(service)
    appointment.Subject = 'From the library'
    appointment.Start = day(9)
    appointment.End = day(10)
    appointment.Location = 'Room 5'
    await appointment.Save(calendar, ews.SendInvitationsMode.SendToNone)
    const id = appointment.Id.UniqueId
    expect((await bind(id)).Location).toBe('Room 5')
    const view = new ews.CalendarView(day(0), day(23))
    const found = await service.FindAppointments(calendar, view)
    expect(found.Items.map(({ Subject }) => Subject)).toEqual(['From the library'])
    const again = await bind(id)
    again.Subject = 'Changed'
    await again.Update(ews.ConflictResolutionMode.NeverOverwrite, ews.SendInvitationsOrCancellationsMode.SendToNone)
    expect((await bind(id)).Subject).toBe('Changed')
    await again.Delete(ews.DeleteMode.MoveToDeletedItems, ews.SendCancellationsMode.SendToNone)
    await expect(bind(id)).rejects.toThrow()
    expect(server.mails).toEqual([])
  })

  it('is told of a stale change key, and mails one for each attendee when it asks to', async () => {
    const appointment = new ews.Appointment(service)
    appointment.Subject = 'Meeting'
    appointment.Start = day(12)
    appointment.End = day(13)
    appointment.RequiredAttendees.Add('a@portal.test')
    await appointment.Save(calendar, ews.SendInvitationsMode.SendToAllAndSaveCopy)
    expect(server.mails.map(({ to }) => to)).toEqual(['a@portal.test'])
    const stale = await bind(appointment.Id.UniqueId)
    server.hand.touch(appointment.Id.UniqueId)
    stale.Subject = 'x'
    await expect(
      stale.Update(ews.ConflictResolutionMode.NeverOverwrite, ews.SendInvitationsOrCancellationsMode.SendToNone),
    ).rejects.toThrow()
    server.hand.remove(appointment.Id.UniqueId)
  })

  it('reads the series that our peer wrote: its pattern, its moved and its deleted occurrence', async () => {
    const client = createEwsClient({
      url: address.url,
      auth: { kind: 'basic', user: 'owner', password: 'secret' },
      fetch,
      newId: () => 'id',
      now: () => 0,
    })
    const peer = createEwsPeer({ client, folder: { distinguished: 'calendar' }, origin: 'p/1' })
    const text = [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'BEGIN:VEVENT',
      'UID:s',
      'DTSTART:20261201T080000Z',
      'DTEND:20261201T090000Z',
      'RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=4',
      'EXDATE:20261215T080000Z',
      'SUMMARY:R&D <plan>',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:s',
      'RECURRENCE-ID:20261208T080000Z',
      'DTSTART:20261209T080000Z',
      'DTEND:20261209T090000Z',
      'SUMMARY:R&D <plan>',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n')
    const { name } = await peer.put(null, new TextEncoder().encode(text))
    const master = await bind(name)
    expect(master.Subject).toBe('R&D <plan>')
    expect(master.AppointmentType).toBe(ews.AppointmentType.RecurringMaster)
    const { Recurrence } = master
    expect(Recurrence).toBeInstanceOf(ews.Recurrence.WeeklyPattern)
    expect(Recurrence.NumberOfOccurrences).toBe(4)
    const view = new ews.CalendarView(day(0), new ews.DateTime(Date.UTC(2026, 11, 31)))
    const { Items } = await service.FindAppointments(calendar, view)
    expect(Items.map(({ Start }) => Start.ToISOString().slice(0, 10))).toEqual([
      '2026-12-01',
      '2026-12-09',
      '2026-12-22',
    ])
    const third = await ews.Appointment.BindToOccurrence(service, new ews.ItemId(name), 4)
    third.Location = 'Elsewhere'
    await third.Update(ews.ConflictResolutionMode.NeverOverwrite, ews.SendInvitationsOrCancellationsMode.SendToNone)
    const read = new TextDecoder().decode((await peer.get(name))?.data)
    expect(read).toContain('RECURRENCE-ID:20261222T080000Z')
    expect(read).toContain('LOCATION:Elsewhere')
  })

  it('follows the feed of changes, and is refused a state that is none', async () => {
    const sync = (state: string) =>
      service.SyncFolderItems(
        new ews.FolderId(calendar),
        new ews.PropertySet(ews.BasePropertySet.IdOnly),
        [],
        512,
        ews.SyncFolderItemsScope.NormalItems,
        state,
      )
    const first = await sync('')
    expect(first.MoreChangesAvailable).toBe(false)
    const id = server.hand.add({ subject: 'new', startMs: 0, endMs: 3_600_000 })
    const next = await sync(first.SyncState)
    expect(Array.from({ length: next.Count }, (_, index) => next._getItem(index).ItemId.UniqueId)).toEqual([id])
    await expect(sync('bm9uc2Vuc2U=')).rejects.toThrow()
  })
})
