import { type ClarkName, createXmlWriter } from '@dayport/core/xml'
import { answerNamespaces, cal, dav } from '../wire/names.ts'

/** A `PROPFIND` body that asks for these properties. RFC 4918 §9.1. */
export const buildPropfind = (names: readonly ClarkName[]): string => {
  const writer = createXmlWriter({ namespaces: answerNamespaces }).open(dav('propfind')).open(dav('prop'))
  for (const name of names) writer.element(name)
  return writer.close().close().take()
}

/** A `sync-collection` report; the empty token lists everything. RFC 6578 §3.2. */
export const buildSyncCollection = (token: string): string =>
  createXmlWriter({ namespaces: answerNamespaces })
    .open(dav('sync-collection'))
    .element(dav('sync-token'), token)
    .element(dav('sync-level'), '1')
    .open(dav('prop'))
    .element(dav('getetag'))
    .close()
    .close()
    .take()

/** A `calendar-multiget` report. RFC 4791 §7.9. */
export const buildMultiget = (hrefs: readonly string[]): string => {
  const writer = createXmlWriter({ namespaces: answerNamespaces })
    .open(cal('calendar-multiget'))
    .open(dav('prop'))
    .element(dav('getetag'))
    .element(cal('calendar-data'))
    .close()
  for (const href of hrefs) writer.element(dav('href'), href)
  return writer.close().take()
}

/** A `calendar-query` report for the events with this text in their UID. RFC 4791 §7.8.6. */
export const buildUidQuery = (uid: string): string =>
  createXmlWriter({ namespaces: answerNamespaces })
    .open(cal('calendar-query'))
    .open(dav('prop'))
    .element(dav('getetag'))
    .close()
    .open(cal('filter'))
    .open(cal('comp-filter'), { name: 'VCALENDAR' })
    .open(cal('comp-filter'), { name: 'VEVENT' })
    .open(cal('prop-filter'), { name: 'UID' })
    .element(cal('text-match'), uid, { collation: 'i;octet' })
    .close()
    .close()
    .close()
    .close()
    .close()
    .take()
