import type { XmlElement } from '@dayport/core/xml'
import type { EwsOperation } from '../envelope.ts'
import { type EwsFolder, readFlag, readId, readText, writeFolder } from '../ids.ts'
import { m, t } from '../names.ts'

/** Subscriptions are hints: correctness never rests on one. */
const eventTypes = ['CreatedEvent', 'DeletedEvent', 'ModifiedEvent', 'MovedEvent', 'CopiedEvent']

/** Asks to be told of changes in folders. `streaming` has no watermark. */
export const subscribe: EwsOperation<
  { readonly folders: readonly EwsFolder[]; readonly kind: 'pull' | 'streaming'; readonly timeoutMinutes: number },
  { readonly id: string; readonly watermark: string | null }
> = {
  name: 'Subscribe',
  write: true,
  build(writer, { folders, kind, timeoutMinutes }) {
    writer.open(m('Subscribe')).open(m(kind === 'pull' ? 'PullSubscriptionRequest' : 'StreamingSubscriptionRequest'))
    writer.open(t('FolderIds'))
    for (const folder of folders) writeFolder(writer, folder)
    writer.close().open(t('EventTypes'))
    for (const type of eventTypes) writer.element(t('EventType'), type)
    writer.close()
    if (kind === 'pull') writer.element(t('Timeout'), String(timeoutMinutes))
    writer.close().close()
  },
  parse(answer) {
    const message = answer.only()
    return {
      id: message.child(m('SubscriptionId'))?.text ?? '',
      watermark: message.child(m('Watermark'))?.text ?? null,
    }
  },
}

/** Something happened to an item or a folder. */
export interface EwsEvent {
  /** `CreatedEvent`, `ModifiedEvent`, …; StatusEvent is not told. */
  readonly type: string
  readonly itemId: string | null
  readonly folderId: string | null
}

export interface EwsNotification {
  /** Id of the subscription; `null` when the server does not say. */
  readonly subscription: string | null
  readonly events: readonly EwsEvent[]
  readonly more: boolean
  /** Of the last event; `null` when the server gives none. */
  readonly watermark: string | null
}

const notificationOf = (element: XmlElement): EwsNotification => {
  let watermark: string | null = readText(element, 'PreviousWatermark')
  const events: EwsEvent[] = []
  for (const child of element.elements) {
    const type = /\}(\w+Event)$/.exec(child.name)?.[1]
    if (type === undefined) continue
    watermark = readText(child, 'Watermark') ?? watermark
    if (type === 'StatusEvent') continue
    events.push({
      type,
      itemId: readId(child, 'ItemId')?.id ?? null,
      folderId: readId(child, 'FolderId')?.id ?? readId(child, 'ParentFolderId')?.id ?? null,
    })
  }
  return {
    subscription: readText(element, 'SubscriptionId'),
    events,
    more: readFlag(element, 'MoreEvents') === true,
    watermark,
  }
}

const nothing: EwsNotification = { subscription: null, events: [], more: false, watermark: null }

/** What happened since a watermark. One server calls the message of its answer otherwise, so the name of it does not count. */
export const getEvents: EwsOperation<{ readonly subscription: string; readonly watermark: string }, EwsNotification> = {
  name: 'GetEvents',
  write: false,
  build(writer, { subscription, watermark }) {
    writer.open(m('GetEvents')).element(m('SubscriptionId'), subscription).element(m('Watermark'), watermark).close()
  },
  parse(answer) {
    const notification = answer.only().child(m('Notification'))
    return notification === undefined ? nothing : notificationOf(notification)
  },
}

/** One envelope of a stream; `closed` when the server ends the connection. A quiet stream proves nothing. */
export interface EwsStreamPart {
  readonly notifications: readonly EwsNotification[]
  readonly closed: boolean
}

/** Holds a connection open on which the server writes an envelope for each change, and heartbeats. */
export const getStreamingEvents: EwsOperation<
  { readonly subscriptions: readonly string[]; readonly timeoutMinutes: number },
  EwsStreamPart
> = {
  name: 'GetStreamingEvents',
  write: false,
  build(writer, { subscriptions, timeoutMinutes }) {
    writer.open(m('GetStreamingEvents')).open(m('SubscriptionIds'))
    for (const id of subscriptions) writer.element(t('SubscriptionId'), id)
    writer
      .close()
      .element(m('ConnectionTimeout'), String(Math.min(30, Math.max(1, timeoutMinutes))))
      .close()
  },
  parse(answer) {
    const message = answer.only()
    return {
      notifications: (message.child(m('Notifications'))?.childrenNamed(t('Notification')) ?? []).map(notificationOf),
      closed: message.child(m('ConnectionStatus'))?.text.trim() === 'Closed',
    }
  },
}

export const unsubscribe: EwsOperation<{ readonly subscription: string }, true> = {
  name: 'Unsubscribe',
  write: true,
  build(writer, { subscription }) {
    writer.open(m('Unsubscribe')).element(m('SubscriptionId'), subscription).close()
  },
  parse(answer) {
    answer.only()
    return true
  },
}
