import {
  type Component,
  htmlToText,
  type Property,
  readText,
  readTextList,
  sanitizeHtml,
  textToHtml,
} from '@dayport/core/ical'
import { digestOf } from '../digest.ts'
import type { BusyStatus, ItemAttachment } from '../list-item.ts'

/** What an item says beside its times. */
export interface ItemContent {
  readonly title: string
  readonly location: string
  readonly description: string
  readonly categories: readonly string[]
  readonly busyStatus: BusyStatus
  readonly intendedBusyStatus: BusyStatus
  readonly priority: -1 | 0 | 1
  readonly attachments: readonly ItemAttachment[]
}

/** Lists require a title. */
export const untitled = '(no title)'

export const textOf = (component: Component, name: string): string => {
  const property = component.property(name)
  return property === undefined ? '' : readText(property)
}

/** The HTML description of a component: X-ALT-DESC, or STYLED-DESCRIPTION of RFC 9073 §6.5. */
export const htmlProperty = (component: Component): Property | undefined =>
  [...component.propertiesNamed('X-ALT-DESC'), ...component.propertiesNamed('STYLED-DESCRIPTION')].find(
    (property) => property.param('FMTTYPE')?.toLowerCase() === 'text/html',
  )

/** What a SharePoint text field and an Outlook subject hold, UTF-16 code units. */
const maxLine = 255

/**
 * A text as a field of one line. It is cut here and not by Outlook, which would send back the shorter one with the next edit of something
 * else: what comes back as it was shown changes nothing.
 */
const lineOf = (text: string): string =>
  text
    .replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ')
    .trim()
    .slice(0, maxLine)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd()

const letters = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '')

const descriptionOf = (component: Component): string => {
  const plain = textOf(component, 'DESCRIPTION')
  const styled = htmlProperty(component)
  if (styled === undefined) return textToHtml(plain)
  const html = sanitizeHtml(readText(styled))
  // A program that knows only DESCRIPTION leaves an old HTML text beside its new one.
  return plain === '' || letters(htmlToText(html)) === letters(plain) ? html : textToHtml(plain)
}

/** A name as it can stand in a list that is separated by `;` or `,`. */
export const categoryName = (name: string): string => name.replace(/[;,]+/g, ' ').replace(/\s+/g, ' ').trim()

export const storedCategories = (component: Component): readonly string[] =>
  component.propertiesNamed('CATEGORIES').flatMap((property) => [...readTextList(property)])

const upper = (component: Component, name: string): string => textOf(component, name).trim().toUpperCase()

const busyOf = (component: Component): BusyStatus => {
  if (upper(component, 'TRANSP') === 'TRANSPARENT') return 0
  const microsoft = upper(component, 'X-MICROSOFT-CDO-BUSYSTATUS')
  if (microsoft === 'OOF') return 3
  return microsoft === 'TENTATIVE' || upper(component, 'STATUS') === 'TENTATIVE' ? 1 : 2
}

/** In the order of the numbers that lists have for them. */
export const busyNames: readonly string[] = ['FREE', 'TENTATIVE', 'BUSY', 'OOF']

/** MS-OXCICAL X-MICROSOFT-CDO-INTENDEDSTATUS. */
const intendedOf = (component: Component): BusyStatus =>
  busyNames.indexOf(upper(component, 'X-MICROSOFT-CDO-INTENDEDSTATUS')) as BusyStatus

/** 1–4 high, 6–9 low. RFC 5545 §3.8.1.9. */
const priorityOf = (component: Component): -1 | 0 | 1 => {
  const value = Number.parseInt(textOf(component, 'PRIORITY'), 10)
  return value >= 1 && value <= 4 ? 1 : value >= 6 && value <= 9 ? -1 : 0
}

export const contentOf = (component: Component): ItemContent => ({
  title: lineOf(textOf(component, 'SUMMARY')) || untitled,
  location: lineOf(textOf(component, 'LOCATION')),
  description: descriptionOf(component),
  categories: [...new Set(storedCategories(component).map(categoryName))].filter((name) => name !== ''),
  busyStatus: busyOf(component),
  intendedBusyStatus: intendedOf(component),
  priority: priorityOf(component),
  attachments: attachmentsOf(component).map(({ name, version }) => ({ name, version })),
})

/** An inline ATTACH and the name that its file has in the item. */
interface InlineFile extends ItemAttachment {
  readonly property: Property
}

const nameParams = ['FILENAME', 'X-FILENAME', 'X-APPLE-FILENAME', 'X-ORACLE-FILENAME']

/** A file name without path, control characters or what Windows refuses; `''` when nothing is left. */
export const fileName = (text: string): string =>
  text
    .replace(/[\u0000-\u001f\u007f<>:"/\\|?*]+/g, '_')
    .replace(/^[. ]+|(?<![. ])[. ]+$/g, '')
    .slice(0, 120)

/** Inline files in their order, each with a name that no other has. */
export const attachmentsOf = (component: Component): readonly InlineFile[] => {
  const taken = new Set<string>()
  /** Of names that were wanted again: the copy to begin with, so that a thousand files of one name do not ask for each other's. */
  const nextCopies = new Map<string, number>()
  return component
    .propertiesNamed('ATTACH')
    .filter((property) => property.param('ENCODING')?.toUpperCase() === 'BASE64')
    .map((property, index) => {
      const given = nameParams.map((param) => property.param(param)).find((value) => value !== undefined)
      const wanted = fileName(given ?? '') || `attachment-${index + 1}`
      let name = wanted
      let copy = nextCopies.get(wanted.toLowerCase()) ?? 2
      for (; taken.has(name.toLowerCase()); copy++) name = `${copy}-${wanted}`
      nextCopies.set(wanted.toLowerCase(), copy)
      taken.add(name.toLowerCase())
      return { name, version: digestOf(property.value), property }
    })
}
