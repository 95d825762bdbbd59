import type { XmlElement, XmlWriter } from '@dayport/core/xml'
import type { FakeCalendar } from './fake-calendar.ts'
import { extendedKey, type FakeFolder, type FakeTarget, isSeries, occurrencesIn } from './fake-item.ts'
import { writeFakeItem } from './read-properties.ts'
import { copy, EwsFault, element, localOf, m, parent, readInstant, t } from './wire.ts'

/** One message of an answer: written by `write`, or the failure of it. */
interface Message {
  readonly error: EwsFault | null
  readonly write: (writer: XmlWriter) => void
}

const nothing = (): void => {}

/** Writes the answer to one operation. `itemFault` makes every part of it fail, undone; of a reading, those from a number on. */
export const answerOperation = (
  writer: XmlWriter,
  calendar: FakeCalendar,
  request: XmlElement,
  itemFault: { readonly code: string; readonly from?: number } | null,
): void => {
  const name = localOf(request)
  const answer = operations[name]
  if (answer === undefined) throw new EwsFault('ErrorInvalidRequest')
  const messages = itemFault === null ? answer(calendar, request) : failing(itemFault, name, answer, calendar, request)
  writer.open(m(`${name}Response`)).open(m('ResponseMessages'))
  for (const { error, write } of messages) {
    writer.open(m(`${name}ResponseMessage`), { ResponseClass: error === null ? 'Success' : 'Error' })
    if (error !== null) writer.element(m('MessageText'), 'The request failed.')
    writer.element(m('ResponseCode'), error?.code ?? 'NoError')
    if (error !== null) writer.element(m('DescriptiveLinkKey'), '0')
    if (error?.backOffMs != null) {
      writer.open(m('MessageXml')).element(t('Value'), String(error.backOffMs), { Name: 'BackOffMilliseconds' }).close()
    }
    write(writer)
    writer.close()
  }
  writer.close().close()
}

const failing = (
  { code, from = 0 }: { readonly code: string; readonly from?: number },
  name: string,
  answer: (calendar: FakeCalendar, request: XmlElement) => readonly Message[],
  calendar: FakeCalendar,
  request: XmlElement,
): readonly Message[] => {
  if (name !== 'GetItem') return partsOf(request, calendar).map(() => failed(new EwsFault(code)))
  return answer(calendar, request).map((message, index) =>
    index < from ? message : failed(new EwsFault(code), emptyItems),
  )
}

const failed = (error: EwsFault, write: Message['write'] = nothing): Message => ({ error, write })

/** What of a request is answered each for itself. */
const partsOf = (request: XmlElement, { traits }: Pick<FakeCalendar, 'traits'>): readonly XmlElement[] => {
  const list = request.child(m('ItemIds')) ?? request.child(m('ItemChanges')) ?? request.child(m('Items'))
  const parts = list?.elements ?? [request]
  return traits.oneAtATime ? parts.slice(0, 1) : parts
}

const attempt = (work: () => Message['write'], onError: Message['write'] = nothing): Message => {
  try {
    return { error: null, write: work() }
  } catch (error) {
    if (error instanceof EwsFault) return failed(error, onError)
    throw error
  }
}

const emptyItems = (writer: XmlWriter): void => void writer.element(m('Items'))

const idsOnly =
  (calendar: FakeCalendar, target: FakeTarget) =>
  (writer: XmlWriter): void => {
    writer.open(m('Items'))
    writeFakeItem(writer, calendar, target, undefined)
    writer.close()
  }

const assertKey = (calendar: FakeCalendar, target: FakeTarget, ref: XmlElement, needed: boolean): void => {
  if (calendar.traits.ignoresChangeKeys || calendar.traits.withoutChangeKeys) return
  const given = ref.attributes.get('ChangeKey')
  if (given === undefined) {
    if (needed) throw new EwsFault('ErrorChangeKeyRequiredForWriteOperations')
    return
  }
  if (given !== calendar.changeKey(target.item)) throw new EwsFault('ErrorIrresolvableConflict')
}

const writeFolder = (writer: XmlWriter, folder: FakeFolder): void => {
  writer.open(t(folder.folderClass === 'IPF.Appointment' ? 'CalendarFolder' : 'Folder'))
  writer.element(t('FolderId'), '', { Id: folder.id, ChangeKey: 'Fk==' })
  writer.element(t('FolderClass'), folder.folderClass).element(t('DisplayName'), folder.name)
  writer.element(t('TotalCount'), '0').open(t('EffectiveRights'))
  const { read, write } = folder.rights
  writer.element(t('CreateAssociated'), String(write)).element(t('CreateContents'), String(write))
  writer.element(t('CreateHierarchy'), String(write)).element(t('Delete'), String(write))
  writer.element(t('Modify'), String(write)).element(t('Read'), String(read)).close().close()
}

/** Folders by subscription. */
const subscriptions = new WeakMap<FakeCalendar, Map<string, string>>()

/** Writes one part of a stream: what happened in a folder, for those of the subscriptions that are to it; `null` is a heartbeat. */
export const writeStreamPart = (
  writer: XmlWriter,
  calendar: FakeCalendar,
  ids: readonly string[],
  folder: string | null,
  closed = false,
): void => {
  writer.open(m('GetStreamingEventsResponse')).open(m('ResponseMessages'))
  writer
    .open(m('GetStreamingEventsResponseMessage'), { ResponseClass: 'Success' })
    .element(m('ResponseCode'), 'NoError')
  const told = ids.filter((id) => folder !== null && subscriptions.get(calendar)?.get(id) === folder)
  if (told.length > 0) {
    writer.open(m('Notifications'))
    for (const id of told) {
      const event = [
        element('TimeStamp', new Date(calendar.now()).toISOString()),
        element('ItemId', '', { Id: 'I-0' }),
        element('ParentFolderId', '', { Id: folder ?? '' }),
      ]
      writer.open(t('Notification')).element(t('SubscriptionId'), id)
      copy(writer, [parent('ModifiedEvent', event)])
      writer.close()
    }
    writer.close()
  } else writer.element(m('ConnectionStatus'), closed ? 'Closed' : 'OK')
  writer.close().close().close()
}

/** Whether all subscriptions are known. */
export const knowsSubscriptions = (calendar: FakeCalendar, ids: readonly string[]): boolean =>
  ids.every((id) => subscriptions.get(calendar)?.has(id) === true)

const operations: Readonly<Record<string, (calendar: FakeCalendar, request: XmlElement) => readonly Message[]>> = {
  GetFolder: (calendar, request) => [
    attempt(() => {
      const folder = calendar.folder(request.child(m('FolderIds')))
      if (!folder.rights.read) throw new EwsFault('ErrorAccessDenied')
      return (writer) => {
        writer.open(m('Folders'))
        writeFolder(writer, folder)
        writer.close()
      }
    }),
  ],

  FindFolder: (calendar) => [
    attempt(() => (writer) => {
      const folders = calendar.folders()
      writer.open(m('RootFolder'), { TotalItemsInView: String(folders.length), IncludesLastItemInRange: 'true' })
      writer.open(t('Folders'))
      for (const folder of folders) writeFolder(writer, folder)
      writer.close().close()
    }),
  ],

  SyncFolderItems: (calendar, request) => [
    attempt(() => {
      const folder = calendar.folder(request.child(m('SyncFolderId')))
      const limit = Number(request.child(m('MaxChangesReturned'))?.text)
      if (!(limit >= 1 && limit <= 512)) throw new EwsFault('ErrorInvalidRequest')
      const state = request.child(m('SyncState'))?.text.trim() || null
      const page = calendar.changes(folder, state, limit)
      return (writer) => {
        writer.element(m('SyncState'), page.state)
        if (!calendar.traits.hidesLastItem) writer.element(m('IncludesLastItemInRange'), String(page.last))
        writer.open(m('Changes'))
        for (const entry of page.entries) {
          const kind = entry.kind === 'create' ? 'Create' : entry.kind === 'update' ? 'Update' : 'Delete'
          writer.open(t(kind))
          const item = calendar.item(entry.id)
          if (item === undefined) writer.element(t('ItemId'), '', { Id: entry.id, ChangeKey: 'gone' })
          else writeFakeItem(writer, calendar, { item, date: null }, request.child(m('ItemShape')))
          writer.close()
        }
        writer.close()
      }
    }),
  ],

  GetItem: (calendar, request) =>
    partsOf(request, calendar).map((ref) =>
      attempt(() => {
        const target = calendar.find(ref)
        return (writer) => {
          writer.open(m('Items'))
          writeFakeItem(writer, calendar, target, request.child(m('ItemShape')))
          writer.close()
        }
      }, emptyItems),
    ),

  FindItem: (calendar, request) => [
    attempt(() => {
      const folder = calendar.folder(request.child(m('ParentFolderIds')))
      const found = targetsOf(calendar, folder, request)
      return (writer) => {
        writer
          .open(m('RootFolder'), { TotalItemsInView: String(found.length), IncludesLastItemInRange: 'true' })
          .open(t('Items'))
        for (const target of found) writeFakeItem(writer, calendar, target, request.child(m('ItemShape')))
        writer.close().close()
      }
    }),
  ],

  CreateItem: (calendar, request) =>
    partsOf(request, calendar).map((source) =>
      attempt(() => {
        const send = request.attributes.get('SendMeetingInvitations')
        if (send === undefined) throw new EwsFault('ErrorSendMeetingInvitationsRequired')
        const folder = calendar.folder(request.child(m('SavedItemFolderId')))
        return idsOnly(calendar, { item: calendar.create(folder, source, send), date: null })
      }, emptyItems),
    ),

  UpdateItem: (calendar, request) =>
    partsOf(request, calendar).map((change) =>
      attempt(() => {
        const send = request.attributes.get('SendMeetingInvitationsOrCancellations')
        if (send === undefined) throw new EwsFault('ErrorSendMeetingInvitationsOrCancellationsRequired')
        const ref = change.elements[0]!
        const target = calendar.find(ref)
        assertKey(calendar, target, ref, true)
        calendar.update(target, change.child(t('Updates'))?.elements ?? [], send)
        return (writer) => {
          idsOnly(calendar, target)(writer)
          writer.open(m('ConflictResults')).element(t('Count'), '0').close()
        }
      }, emptyItems),
    ),

  DeleteItem: (calendar, request) =>
    partsOf(request, calendar).map((ref) =>
      attempt(() => {
        const send = request.attributes.get('SendMeetingCancellations')
        if (send === undefined) throw new EwsFault('ErrorSendMeetingCancellationsRequired')
        const target = calendar.find(ref)
        assertKey(calendar, target, ref, false)
        calendar.remove(target, send)
        return nothing
      }),
    ),

  MoveItem: (calendar, request) =>
    partsOf(request, calendar).map((ref) =>
      attempt(() => {
        const { item } = calendar.find(ref)
        const moved = calendar.move(item, calendar.folder(request.child(m('ToFolderId'))))
        return idsOnly(calendar, { item: moved, date: null })
      }, emptyItems),
    ),

  ResolveNames: (calendar, request) => [
    attempt(() => {
      const entry = request.child(m('UnresolvedEntry'))?.text ?? ''
      const address = calendar.directory.get(entry)
      if (address === undefined) throw new EwsFault('ErrorNameResolutionNoResults')
      return (writer) => {
        writer.open(m('ResolutionSet'), { TotalItemsInView: '1', IncludesLastItemInRange: 'true' })
        const mailbox = [element('Name', address), element('EmailAddress', address), element('RoutingType', 'SMTP')]
        copy(writer, [parent('Resolution', [parent('Mailbox', mailbox)])])
        writer.close()
      }
    }),
  ],

  Subscribe: (calendar, request) => [
    attempt(() => {
      const folder = calendar.folder(request.elements[0]?.child(t('FolderIds')))
      const known = subscriptions.get(calendar) ?? new Map<string, string>()
      subscriptions.set(calendar, known)
      const id = `S-${known.size + 1}`
      known.set(id, folder.id)
      const { state } = calendar.changes(folder, null, Number.MAX_SAFE_INTEGER)
      const isStream = request.child(m('StreamingSubscriptionRequest')) !== undefined
      return (writer) => {
        writer.element(m('SubscriptionId'), id)
        if (!isStream) writer.element(m('Watermark'), state)
      }
    }),
  ],

  GetEvents: (calendar, request) => [
    attempt(() => {
      const id = request.child(m('SubscriptionId'))?.text ?? ''
      const folderId = subscriptions.get(calendar)?.get(id)
      const folder = calendar.folders().find((each) => each.id === folderId)
      if (folder === undefined) throw new EwsFault('ErrorSubscriptionNotFound')
      const page = calendar.changes(folder, request.child(m('Watermark'))?.text ?? '', Number.MAX_SAFE_INTEGER)
      return (writer) => {
        const events = page.entries.map((entry) =>
          parent(
            entry.kind === 'create' ? 'CreatedEvent' : entry.kind === 'update' ? 'ModifiedEvent' : 'DeletedEvent',
            [
              element('Watermark', page.state),
              element('TimeStamp', new Date(calendar.now()).toISOString()),
              element('ItemId', '', { Id: entry.id }),
              element('ParentFolderId', '', { Id: folder.id }),
            ],
          ),
        )
        const quiet = [parent('StatusEvent', [element('Watermark', page.state)])]
        writer.open(m('Notification')).element(t('SubscriptionId'), id)
        writer.element(t('PreviousWatermark'), page.state).element(t('MoreEvents'), 'false')
        copy(writer, events.length === 0 ? quiet : events)
        writer.close()
      }
    }),
  ],

  Unsubscribe: (calendar, request) => [
    attempt(() => {
      const id = request.child(m('SubscriptionId'))?.text ?? ''
      if (subscriptions.get(calendar)?.delete(id) !== true) throw new EwsFault('ErrorSubscriptionNotFound')
      return nothing
    }),
  ],
}

const twoYearsMs = 731 * 86_400_000

const targetsOf = (calendar: FakeCalendar, folder: FakeFolder, request: XmlElement): readonly FakeTarget[] => {
  const items = calendar.items(folder.id)
  const view = request.child(m('CalendarView'))
  if (view === undefined) return restricted(calendar, folder, request)
  const read = (name: string): number => readInstant(view.attributes.get(name) ?? '', (local) => local)
  const [startMs, endMs] = [read('StartDate'), read('EndDate')]
  if (endMs - startMs > twoYearsMs) throw new EwsFault('ErrorCalendarViewRangeTooBig')
  const found = items.flatMap((item): readonly { readonly target: FakeTarget; readonly startMs: number }[] => {
    if (isSeries(item) && !calendar.traits.hidesOccurrences) {
      return occurrencesIn(item, startMs, endMs).map(({ date, startMs: at }) => ({
        target: { item, date },
        startMs: at,
      }))
    }
    const touches = item.startMs < endMs && (item.endMs > startMs || item.startMs >= startMs)
    return touches ? [{ target: { item, date: null }, startMs: item.startMs }] : []
  })
  return found.sort((a, b) => a.startMs - b.startMs).map(({ target }) => target)
}

const restricted = (calendar: FakeCalendar, folder: FakeFolder, request: XmlElement): readonly FakeTarget[] => {
  const items = calendar
    .items(folder.id)
    .filter(({ id }) => !calendar.hand.unsearched.has(id))
    .map((item): FakeTarget => ({ item, date: null }))
  const test = request.child(m('Restriction'))?.child(t('IsEqualTo'))
  if (test !== undefined && calendar.traits.restrictions === 'refused') throw new EwsFault('ErrorInvalidRestriction')
  if (test === undefined || calendar.traits.restrictions === 'ignored') return items
  const key = extendedKey(test.child(t('ExtendedFieldURI')))
  const wanted = test.child(t('FieldURIOrConstant'))?.child(t('Constant'))?.attributes.get('Value')
  return items.filter(({ item }) => item.extended.get(key)?.child(t('Value'))?.text === wanted)
}
