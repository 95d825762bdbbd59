import type { XmlElement } from '@dayport/core/xml'
import type { FakeEwsTraits } from './traits.ts'
import { EwsFault, m, s, soapNamespace, t } from './wire.ts'

const versions = ['Exchange2007_SP1', 'Exchange2010', 'Exchange2010_SP1', 'Exchange2010_SP2', 'Exchange2013']

/** What a lesser server does with a request that it does not take: a Fault, or `page` for one that it breaks down over; `null`: it takes it. */
export const refusalOf = (traits: FakeEwsTraits, root: XmlElement, operation: XmlElement): EwsFault | 'page' | null => {
  const version = root.child(s('Header'))?.child(t('RequestServerVersion'))?.attributes.get('Version') ?? ''
  const { newestVersion: newest } = traits
  const place = (name: string): number => (versions.includes(name) ? versions.indexOf(name) : versions.length)
  if (newest !== null && place(version) > place(newest)) return new EwsFault('ErrorInvalidServerVersion')
  const isFeed = operation.name === m('SyncFolderItems')
  const more = operation.child(m('ItemShape'))?.child(t('AdditionalProperties'))
  const extended = more?.childrenNamed(t('ExtendedFieldURI')) ?? []
  if (isFeed && traits.feed === 'fields' && extended.length > 0) return new EwsFault('ErrorInvalidExtendedProperty')
  if (isFeed && traits.feed === 'ids' && more !== undefined) return 'page'
  const folderFields = operation.child(m('FolderShape'))?.child(t('AdditionalProperties'))?.elements ?? []
  const asksRights = folderFields.some(({ attributes }) => attributes.get('FieldURI') === 'folder:EffectiveRights')
  if (traits.refusesRights && asksRights) return new EwsFault('ErrorInvalidPropertyRequest')
  if (traits.breaksOverNumbers && extended.some(({ attributes }) => attributes.has('PropertyId'))) return 'page'
  if (traits.breaksOverViews && operation.child(m('CalendarView')) !== undefined) return 'page'
  if (traits.restrictions === 'breaks' && operation.child(m('Restriction')) !== undefined) return 'page'
  return null
}

const soap12 = 'http://www.w3.org/2003/05/soap-envelope'

/** An answer as this server says it. @throws {EwsFault} for all of it, because of one item. */
export const saidOtherwise = (traits: FakeEwsTraits, xml: string): string => {
  if (traits.faultsForGone && xml.includes('>ErrorItemNotFound<')) throw new EwsFault('ErrorItemNotFound')
  return traits.classless ? xml.replaceAll(/ ResponseClass="\w+"/g, '').replaceAll(soapNamespace, soap12) : xml
}
