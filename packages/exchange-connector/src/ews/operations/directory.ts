import { CalendarError, type RemoteError } from '@dayport/core'
import { clark } from '@dayport/core/xml'
import type { EwsOperation } from '../envelope.ts'
import { readText } from '../ids.ts'
import type { EwsMailbox } from '../item.ts'
import { m, t } from '../names.ts'

/** People that a name or directory address means; empty when it means none. Several are a choice that nobody made. */
export const resolveNames: EwsOperation<{ readonly entry: string }, readonly EwsMailbox[]> = {
  name: 'ResolveNames',
  write: false,
  build(writer, { entry }) {
    writer.open(m('ResolveNames'), { ReturnFullContactData: 'false', SearchScope: 'ActiveDirectory' })
    writer.element(m('UnresolvedEntry'), entry).close()
  },
  parse(answer) {
    const [message] = answer.messages
    if (message === undefined || message.code === 'ErrorNameResolutionNoResults') return []
    if (message.error !== null && message.code !== 'ErrorNameResolutionMultipleResults') throw message.error
    return (message.element.child(m('ResolutionSet'))?.childrenNamed(t('Resolution')) ?? []).flatMap((resolution) => {
      const mailbox = resolution.child(t('Mailbox'))
      if (mailbox === undefined) return []
      return [
        {
          name: readText(mailbox, 'Name') ?? '',
          address: readText(mailbox, 'EmailAddress') ?? '',
          routing: readText(mailbox, 'RoutingType') ?? 'SMTP',
        },
      ]
    })
  },
}

export type EwsIdFormat = 'EwsLegacyId' | 'EwsId' | 'EntryId' | 'HexEntryId' | 'StoreId' | 'OwaId'

/** Ids in another format; one answer for each. */
export const convertId: EwsOperation<
  { readonly ids: readonly string[]; readonly mailbox: string; readonly from: EwsIdFormat; readonly to: EwsIdFormat },
  readonly (string | CalendarError | RemoteError)[]
> = {
  name: 'ConvertId',
  write: false,
  build(writer, { ids, mailbox, from, to }) {
    writer.open(m('ConvertId'), { DestinationFormat: to }).open(m('SourceIds'))
    for (const id of ids) writer.element(t('AlternateId'), '', { Format: from, Id: id, Mailbox: mailbox })
    writer.close().close()
  },
  parse: (answer) =>
    answer.messages.map(({ element, error }) => {
      if (error !== null) return error
      const id = element.child(m('AlternateId'))?.attributes.get('Id')
      return id ?? new CalendarError('not-found', 'the id has no other form')
    }),
}

/** Zones that the server knows, by id. Not every server implements it; our own table does not need it. */
export const getServerTimeZones: EwsOperation<
  { readonly ids: readonly string[] },
  readonly { readonly id: string; readonly name: string }[]
> = {
  name: 'GetServerTimeZones',
  write: false,
  build(writer, { ids }) {
    writer.open(m('GetServerTimeZones'), { ReturnFullTimeZoneData: 'false' })
    if (ids.length > 0) {
      writer.open(m('Ids'))
      for (const id of ids) writer.element(t('Id'), id)
      writer.close()
    }
    writer.close()
  },
  parse: (answer) =>
    (answer.only().child(m('TimeZoneDefinitions'))?.elements ?? []).map(({ attributes }) => ({
      id: attributes.get(clark('', 'Id')) ?? '',
      name: attributes.get(clark('', 'Name')) ?? '',
    })),
}
