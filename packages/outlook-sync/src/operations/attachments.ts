import { CalendarError } from '@dayport/core'
import { escapeText } from '@dayport/core/xml'
import { attachmentUrl } from '../wire/place.ts'
import { childNamed, listMissing, parameterMissing, SoapFault, textOf } from '../wire/soap.ts'
import { type Answer, type Exchange, itemId, namedList, required } from './exchange.ts'
import { attachmentIn } from './files.ts'

const itemMissing = (): SoapFault =>
  new SoapFault('Server', '0x81020016', 'Item does not exist. It may have been deleted by another user.')

/** What a file's calls throw, in the words of the service. */
export const fileFault = (error: unknown): unknown => {
  if (!CalendarError.is(error)) return error
  switch (error.code) {
    case 'not-found':
      return itemMissing()
    case 'forbidden':
      return new SoapFault('Server', '0x80070005', 'Access is denied: you may only read this calendar.')
    case 'too-large':
    case 'limit-exceeded':
      return new SoapFault('Server', '0x8007000d', 'The file is too large.')
    case 'invalid-calendar-object':
    case 'invalid-calendar-data':
      return new SoapFault('Server', '0x81020014', 'The file cannot be attached to this item.')
    default:
      return error
  }
}

const decoded = (base64: string): Uint8Array | null => {
  try {
    const binary = atob(base64.replace(/\s+/g, ''))
    const bytes = new Uint8Array(binary.length)
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
    return bytes
  } catch {
    return null
  }
}

/** MS-LISTSWS 3.1.4.1. */
export const addAttachment = async (x: Exchange): Promise<Answer> => {
  await namedList(x)
  const id = itemId(x)
  const name = textOf(childNamed(x.operation, 'fileName'))
  if (name === '') throw new SoapFault('Server', '0x81020073', 'The name of the file is missing.')
  const bytes = decoded(textOf(childNamed(x.operation, 'attachment')))
  if (bytes === null) throw parameterMissing('attachment')
  if (bytes.byteLength === 0) throw new SoapFault('Server', '0x8007000d', 'The file is empty.')
  let outcome: Awaited<ReturnType<typeof x.lists.addAttachment>>
  try {
    outcome = await x.lists.addAttachment(x.access, id, name, bytes, { signal: x.signal })
  } catch (error) {
    throw fileFault(error)
  }
  if (outcome === 'exists') {
    throw new SoapFault('Server', '0x81020067', 'The specified name is already in use.')
  }
  return `<AddAttachmentResult>${escapeText(attachmentUrl(x.place, id, name))}</AddAttachmentResult>`
}

/** MS-LISTSWS 3.1.4.12. */
export const getAttachmentCollection = async (x: Exchange): Promise<Answer> => {
  await namedList(x)
  const id = itemId(x)
  const row = await x.lists.getRow(x.access, id, { signal: x.signal })
  if (row === null) throw itemMissing()
  const files = row.item.attachments.map(
    ({ name }) => `<Attachment>${escapeText(attachmentUrl(x.place, id, name))}</Attachment>`,
  )
  return `<GetAttachmentCollectionResult><Attachments>${files.join('')}</Attachments></GetAttachmentCollectionResult>`
}

/** MS-LISTSWS 3.1.4.8. */
export const deleteAttachment = async (x: Exchange): Promise<Answer> => {
  await namedList(x)
  const id = itemId(x)
  const file = attachmentIn(x.place, required(x, 'url'))
  if (file === null || file.id !== id) throw parameterMissing('url')
  try {
    await x.lists.removeAttachment(x.access, id, file.name, { signal: x.signal })
  } catch (error) {
    throw fileFault(error)
  }
  return ''
}

/** For the handler: a list that went away under a call. */
export const asFault = (error: unknown): unknown => (CalendarError.is(error, 'not-found') ? listMissing() : error)
