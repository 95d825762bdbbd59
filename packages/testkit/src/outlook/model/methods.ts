import type { OutlookFields } from '../shown/occurrences.ts'
import type { HeldItem } from './held-item.ts'
import type { SentMethod } from './lists-client.ts'

const recurrenceFields = ['EventDate', 'EndDate', 'Duration', 'RecurrenceData', 'XMLTZone', 'UID', 'fAllDayEvent']
const bagPrefix = 'MetaInfo_'
/** The version history among the fields. */
export const history = 'MetaInfo_vti_versionhistory'
/** Fields that an item says and that are no bookkeeping of the server. */
const contentFields = [
  ...[
    'EventType',
    'fRecurrence',
    'Title',
    'Location',
    'Description',
    'EventDate',
    'EndDate',
    'Duration',
    'fAllDayEvent',
  ],
  ...[
    'UID',
    'RecurrenceID',
    'RecurrenceData',
    'XMLTZone',
    'MetaInfo_BusyStatus',
    'MetaInfo_Priority',
    'MetaInfo_Categories',
  ],
]

/** Names of the fields in which two copies of an item differ. */
export const otherFields = (a: OutlookFields, b: OutlookFields): string[] =>
  contentFields.filter((name) => (a[name] ?? '') !== (b[name] ?? ''))

/** A changed or deleted occurrence. */
export const isOccurrence = (fields: OutlookFields): boolean => fields.EventType === '3' || fields.EventType === '4'

const bagOf = (fields: OutlookFields): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      name.startsWith(bagPrefix) ? [[name.slice(bagPrefix.length), value]] : [],
    ),
  )
/** Those of the fields that are there. */
export const plainOf = (fields: OutlookFields, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])))

/** What is sent of an item that waits. `sendsAll`: every field, as for a single appointment, and not only the changed ones. */
export const methodOf = (item: HeldItem, sendsAll: boolean): SentMethod => {
  const { fields, changed } = item
  if (item.pending === 'delete') return { command: 'Delete', fields: { ID: `${item.id}` }, bag: {} }
  const plain = contentFields.filter((name) => !name.startsWith(bagPrefix))
  if (item.pending === 'new') {
    const { ReplicationID: _, ...bag } = bagOf(fields)
    return {
      command: 'New',
      fields: { ID: 'New', ...plainOf(fields, plain) },
      bag: { ...bag, ReplicationID: item.replicationId ?? '' },
    }
  }
  const isSeriesChanged = [...changed].some((name) => recurrenceFields.includes(name))
  // A recurring item goes without its recurrence fields when the recurrence did not change. MS-OUTSPS 3.2.4.2.3.
  const kept = plain.filter((name) => isSeriesChanged || fields.EventType !== '1' || !recurrenceFields.includes(name))
  const names = sendsAll ? kept : kept.filter((name) => changed.has(name))
  const { ReplicationID: _, ...bag } = bagOf(fields)
  const data = fields.RecurrenceData
  return {
    command: 'Update',
    fields: {
      ID: `${item.id}`,
      owshiddenversion: `${item.version}`,
      ...plainOf(fields, names),
      ...(isSeriesChanged && fields.EventType === '1' && data !== undefined
        ? { RecurrenceData: `${data}<deleteExceptions>true</deleteExceptions>`, UID: fields.UID ?? '' }
        : {}),
    },
    bag,
  }
}
