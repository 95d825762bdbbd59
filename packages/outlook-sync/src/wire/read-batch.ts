import type { XmlElement } from '@dayport/core/xml'
import { childNamed, contentOf, fragmentOf, localName, parameterMissing } from './soap.ts'

/** One `Method` as it was sent; dates are still in the form of the request. */
export interface SentMethod {
  /** Any text; Outlook counts from 0. */
  readonly id: string
  readonly command: string
  readonly fields: ReadonlyMap<string, string>
  readonly bag: ReadonlyMap<string, string>
}

/** `Batch` of `UpdateListItems`. MS-LISTSWS 3.1.4.31.2.1; `PreCalc`, `Version` and the like are ignored as it says. */
export interface SentBatch {
  readonly onError: 'Return' | 'Continue'
  readonly dateInUtc: boolean
  readonly properties: boolean
  readonly lockSchema: boolean
  readonly listVersion: string | null
  readonly methods: readonly SentMethod[]
}

const readMethod = (method: XmlElement): SentMethod => {
  const fields = new Map<string, string>()
  const bag = new Map<string, string>()
  for (const field of method.elements) {
    const name = field.attributes.get('Name') ?? ''
    if (localName(field) !== 'Field' || name === '') continue
    const property = field.attributes.get('Property')
    const value = contentOf(field)
    if (name !== 'MetaInfo') fields.set(name, value)
    else if (property !== undefined && property !== '') bag.set(property, value)
  }
  return { id: method.attributes.get('ID') ?? '', command: method.attributes.get('Cmd') ?? '', fields, bag }
}

/** @throws {SoapFault} 0x82000001 when `updates` has no `Batch`, or more than the one whose results the answer has room for. */
export const readBatch = (operation: XmlElement): SentBatch => {
  const updates = childNamed(operation, 'updates')
  if ((updates?.elements.length ?? 0) > 1) throw parameterMissing('updates')
  const batch = fragmentOf(updates)
  if (batch === undefined || localName(batch) !== 'Batch') throw parameterMissing('updates')
  const attribute = (name: string): string => (batch.attributes.get(name) ?? '').trim().toLowerCase()
  const isTrue = (name: string): boolean => ['true', '1', '-1'].includes(attribute(name))
  return {
    onError: attribute('OnError') === 'return' ? 'Return' : 'Continue',
    dateInUtc: isTrue('DateInUtc'),
    properties: isTrue('Properties'),
    lockSchema: isTrue('LockSchema'),
    listVersion: batch.attributes.get('ListVersion')?.trim() ?? null,
    methods: batch.elements.filter((element) => localName(element) === 'Method').map(readMethod),
  }
}
