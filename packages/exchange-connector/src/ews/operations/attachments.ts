import type { EwsOperation } from '../envelope.ts'
import { type EwsItemId, readFlag, readNumber, readText } from '../ids.ts'
import { m, t } from '../names.ts'

/** A file in an item. `content` is `null` for an attachment that is no file: an item, or a reference. */
export interface EwsAttachment {
  readonly id: string
  readonly name: string
  readonly contentType: string | null
  readonly contentId: string | null
  readonly isInline: boolean
  readonly size: number | null
  readonly content: Uint8Array | null
}

const toBase64 = (bytes: Uint8Array): string => {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

const fromBase64 = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replace(/\s+/g, '')), (char) => char.charCodeAt(0))

/** Adds a file. The item gets a new change key, which the answer tells. */
export const createAttachment: EwsOperation<
  {
    readonly itemId: EwsItemId
    readonly name: string
    readonly contentType: string | null
    readonly content: Uint8Array
  },
  { readonly id: string | null; readonly changeKey: string | null }
> = {
  name: 'CreateAttachment',
  write: true,
  build(writer, { itemId, name, contentType, content }) {
    writer.open(m('CreateAttachment'))
    writer.element(m('ParentItemId'), '', {
      Id: itemId.id,
      ChangeKey: itemId.changeKey === '' ? undefined : itemId.changeKey,
    })
    writer.open(m('Attachments')).open(t('FileAttachment')).element(t('Name'), name)
    if (contentType !== null) writer.element(t('ContentType'), contentType)
    writer.element(t('Content'), toBase64(content)).close().close().close()
  },
  parse(answer) {
    const [attachment] = answer.only().child(m('Attachments'))?.elements ?? []
    const id = attachment?.child(t('AttachmentId'))
    return { id: id?.attributes.get('Id') ?? null, changeKey: id?.attributes.get('RootItemChangeKey') ?? null }
  },
}

const writeIds = (writer: Parameters<EwsOperation<never, never>['build']>[0], ids: readonly string[]): void => {
  writer.open(m('AttachmentIds'))
  for (const id of ids) writer.element(t('AttachmentId'), '', { Id: id })
  writer.close()
}

/** Attachments with their content; those that failed are left out. */
export const getAttachment: EwsOperation<{ readonly ids: readonly string[] }, readonly EwsAttachment[]> = {
  name: 'GetAttachment',
  write: false,
  build(writer, { ids }) {
    writer.open(m('GetAttachment'))
    writeIds(writer, ids)
    writer.close()
  },
  parse: (answer) =>
    answer.messages
      .filter(({ error }) => error === null)
      .flatMap(({ element }) => element.child(m('Attachments'))?.elements ?? [])
      .map((attachment) => {
        const content = attachment.child(t('Content'))?.text
        return {
          id: attachment.child(t('AttachmentId'))?.attributes.get('Id') ?? '',
          name: readText(attachment, 'Name') ?? '',
          contentType: readText(attachment, 'ContentType'),
          contentId: readText(attachment, 'ContentId'),
          isInline: readFlag(attachment, 'IsInline') === true,
          size: readNumber(attachment, 'Size'),
          content: content === undefined ? null : fromBase64(content),
        }
      }),
}

/** Takes attachments away; the change key of their item after it, where the server tells it. */
export const deleteAttachment: EwsOperation<
  { readonly ids: readonly string[] },
  { readonly changeKey: string | null }
> = {
  name: 'DeleteAttachment',
  write: true,
  build(writer, { ids }) {
    writer.open(m('DeleteAttachment'))
    writeIds(writer, ids)
    writer.close()
  },
  parse: (answer) => ({
    changeKey: answer.only().child(m('RootItemId'))?.attributes.get('RootItemChangeKey') ?? null,
  }),
}
