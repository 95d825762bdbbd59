import { escapeText } from '@dayport/core/xml'
import type { ListIdentity, ListRow, UploadCode, UploadMethod, UploadResult } from '../list-service.ts'
import { isTrue } from '../mapping/edit-times.ts'
import { readDate } from '../wire/dates.ts'
import { schemaVersion } from '../wire/list-schema.ts'
import { attributesText, braced } from '../wire/markup.ts'
import { readBatch, type SentBatch, type SentMethod } from '../wire/read-batch.ts'
import { createRowWriter, type RowForm } from '../wire/row.ts'
import { SoapFault } from '../wire/soap.ts'
import { type Answer, type Exchange, isGone, namedList, plainForm } from './exchange.ts'

const dateFields = ['EventDate', 'EndDate', 'RecurrenceID'] as const

const idOf = ({ fields }: SentMethod): number | null => {
  const id = Number(fields.get('ID')?.trim() || Number.NaN)
  return Number.isSafeInteger(id) && id > 0 ? id : null
}

/**
 * Whether the dates of a method are days, which no zone moves. It says so itself, or the item does; an occurrence is as its series. Only
 * the time of the site makes a difference.
 */
const isAllDay = async (x: Exchange, method: SentMethod, form: RowForm): Promise<boolean> => {
  const sent = method.fields.get('fAllDayEvent')
  if (sent !== undefined && sent.trim() !== '') return isTrue(sent)
  const series = Number(method.fields.get('MasterSeriesItemID')?.trim() || Number.NaN)
  const id = method.command === 'New' ? (Number.isSafeInteger(series) ? series : null) : idOf(method)
  if (form.dates.utc || id === null) return false
  return (await x.lists.getRow(x.access, id, { signal: x.signal }))?.item.allDay ?? false
}

const commands = ['New', 'Update', 'Delete'] as const

/** The method as the list takes it; a text when it is none. */
const methodOf = async (x: Exchange, sent: SentMethod, form: RowForm): Promise<UploadMethod | string> => {
  const command = commands.find((known) => known.toLowerCase() === sent.command.trim().toLowerCase())
  if (command === undefined) return 'The command is unknown.'
  const version = sent.fields.get('owshiddenversion')?.trim()
  if (version !== undefined && version !== '' && !/^\d{1,15}$/.test(version)) return 'owshiddenversion is no number.'
  const fields = new Map(sent.fields)
  fields.delete('ID')
  fields.delete('owshiddenversion')
  const isDay = await isAllDay(x, { ...sent, command }, form)
  for (const name of dateFields) {
    const value = fields.get(name)
    if (value !== undefined && value.trim() !== '') fields.set(name, readDate(value, form.dates, isDay))
  }
  return {
    command,
    id: command === 'New' ? null : idOf(sent),
    version: version === undefined || version === '' ? null : Number(version),
    upload: { fields, bag: sent.bag },
  }
}

/** Codes that end a batch whose `OnError` is Return. */
const success: UploadCode = '0x00000000'

interface Outcome extends Omit<UploadResult, 'code'> {
  /** 0x82000006 when the list went away under the batch. */
  readonly code: UploadCode | '0x82000006'
}

const applyOne = async (x: Exchange, sent: SentMethod, form: RowForm): Promise<Outcome> => {
  try {
    const method = await methodOf(x, sent, form)
    if (typeof method === 'string') return { code: '0x81020014', text: method, row: null }
    const [result] = await x.lists.apply(x.access, [method], { onError: 'Continue', signal: x.signal })
    return result ?? { code: '0x81020014', text: 'The item was not stored.', row: null }
  } catch (error) {
    if (isGone(error)) return { code: '0x82000006', text: 'List does not exist.', row: null }
    throw error
  }
}

/** A `Result` of MS-LISTSWS 3.1.4.31.2.2; `List` and `Version` wherever there is an item. */
const resultXml = (
  list: ListIdentity,
  sent: SentMethod,
  { code, text, row }: Outcome,
  write: (row: ListRow) => string,
): string => {
  const start = attributesText([
    ['ID', `${sent.id},${sent.command}`],
    ['List', row === null ? undefined : braced(list.guid)],
    ['Version', row === null ? undefined : `${row.version}`],
  ])
  const isNew = code === success && sent.command.trim().toLowerCase() === 'new'
  const error = text === null ? '' : `<ErrorText>${escapeText(text)}</ErrorText>`
  const item = row === null ? '' : write(row)
  return `<Result${start}><ErrorCode>${code}</ErrorCode>${isNew ? '<ID/>' : ''}${error}${item}</Result>`
}

/** `LockSchema` and `ListVersion` of an older schema: nothing of the batch is stored. MS-LISTSWS 3.1.4.31.2.1. */
const checkSchema = ({ lockSchema, listVersion }: SentBatch): void => {
  if (!lockSchema || listVersion === null || listVersion === '' || Number(listVersion) === schemaVersion) return
  throw new SoapFault('Server', '0x80070666', 'The schema of the list is another one by now.')
}

/** Methods of one batch that are carried out; what is beyond them is answered as not yet done, and sent again. */
const maxMethods = 1_000

/** MS-LISTSWS 3.1.4.31. Specification section 6: every method is answered for itself. */
export const updateListItems = async (x: Exchange): Promise<Answer> => {
  const list = await namedList(x)
  const batch = readBatch(x.operation)
  checkSchema(batch)
  const form: RowForm = { ...plainForm(x, list, batch.dateInUtc), properties: batch.properties }
  const write = createRowWriter(form, null, { declaration: true })
  let results = ''
  let isStopped = false
  for (const [index, sent] of batch.methods.entries()) {
    // Who went away sends all of it again, and what was done already is found done.
    x.signal.throwIfAborted()
    const outcome: Outcome =
      isStopped || index >= maxMethods
        ? { code: '0x800704c7', text: 'Not carried out; send it again.', row: null }
        : await applyOne(x, sent, form)
    if (outcome.code !== success && batch.onError === 'Return') isStopped = true
    results += resultXml(list, sent, outcome, write)
  }
  return `<UpdateListItemsResult><Results>${results}</Results></UpdateListItemsResult>`
}
