import {
  type Component,
  htmlToText,
  isFormatted,
  type Property,
  readText,
  readTextList,
  sanitizeHtml,
} from '@dayport/core/ical'
import { shownAlarms } from './alarms.ts'
import { dateMs } from './days.ts'
import type { ExchangeBody, ExchangeContent, ExchangeSpan, Importance, Sensitivity, ShowAs } from './model.ts'
import type { MappingOptions } from './options.ts'
import { attendeesOf } from './people.ts'
import { cut, oneLine, plainText } from './text.ts'

export const textOf = (component: Component, name: string): string => {
  const property = component.property(name)
  return property === undefined ? '' : readText(property)
}

export const upperOf = (component: Component, name: string): string => textOf(component, name).trim().toUpperCase()

/** X-ALT-DESC in HTML, or STYLED-DESCRIPTION of RFC 9073 §6.5. */
export const htmlProperty = (component: Component): Property | undefined =>
  [...component.propertiesNamed('X-ALT-DESC'), ...component.propertiesNamed('STYLED-DESCRIPTION')].find(
    (property) => property.param('FMTTYPE')?.toLowerCase() === 'text/html',
  )

const letters = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '')

const bodyOf = (component: Component): ExchangeBody => {
  const plain = textOf(component, 'DESCRIPTION')
  const styled = htmlProperty(component)
  if (styled === undefined) return { kind: 'text', content: plainText(plain) }
  const html = sanitizeHtml(readText(styled))
  // A program that knows only DESCRIPTION leaves an old HTML text beside its new one.
  const isCurrent = plain.trim() === '' || letters(htmlToText(html)) === letters(plain)
  if (isCurrent && isFormatted(html)) return { kind: 'html', content: html }
  return { kind: 'text', content: plainText(isCurrent ? htmlToText(html) : plain) }
}

const strictness: readonly Sensitivity[] = ['normal', 'personal', 'private', 'confidential']

/** The stricter of two; Exchange has one for a whole series. */
export const stricter = (a: Sensitivity, b: Sensitivity): Sensitivity =>
  strictness.indexOf(a) >= strictness.indexOf(b) ? a : b

/** CLASS, an unknown one as PRIVATE: RFC 5545 §3.8.1.3. */
export const sensitivityOf = (component: Component): Sensitivity => {
  const value = upperOf(component, 'CLASS')
  if (value === '' || value === 'PUBLIC') return 'normal'
  return value === 'CONFIDENTIAL' ? 'confidential' : 'private'
}

const finer: Readonly<Record<string, ShowAs>> = {
  FREE: 'free',
  TENTATIVE: 'tentative',
  OOF: 'oof',
  WORKINGELSEWHERE: 'workingElsewhere',
}

const showAsOf = (component: Component): ShowAs => {
  const status = upperOf(component, 'STATUS')
  const transparency = upperOf(component, 'TRANSP')
  // Exchange cannot be told that an own event is cancelled; it need not keep anybody busy.
  if (status === 'CANCELLED' || transparency === 'TRANSPARENT') return 'free'
  const stated = finer[upperOf(component, 'X-MICROSOFT-CDO-BUSYSTATUS')]
  if (stated !== undefined && !(stated === 'free' && transparency === 'OPAQUE')) return stated
  return status === 'TENTATIVE' ? 'tentative' : 'busy'
}

/** 1–4 high, 6–9 low. RFC 5545 §3.8.1.9. */
const importanceOf = (component: Component): Importance => {
  const value = Number.parseInt(textOf(component, 'PRIORITY'), 10)
  return value >= 1 && value <= 4 ? 'high' : value >= 6 && value <= 9 ? 'low' : 'normal'
}

/** Categories that stand in no other case before, without blanks around. */
export const categoriesOf = (component: Component): readonly string[] =>
  distinctCategories(component.propertiesNamed('CATEGORIES').flatMap((property) => [...readTextList(property)]))

export const distinctCategories = (names: readonly string[]): readonly string[] => {
  const found = new Map<string, string>()
  for (const name of names) {
    const text = cut(oneLine(name), 255)
    if (text !== '' && !found.has(text.toLowerCase())) found.set(text.toLowerCase(), text)
  }
  return [...found.values()]
}

/** What Exchange can hold of a component beside its times. */
export const contentOf = (
  component: Component,
  span: ExchangeSpan,
  isSeries: boolean,
  options: MappingOptions,
): ExchangeContent => {
  const startMs = isSeries ? null : span.kind === 'instants' ? span.startMs : null
  const lengthMs = span.kind === 'days' ? dateMs(span.endDate) - dateMs(span.startDate) : span.endMs - span.startMs
  return {
    subject: cut(oneLine(textOf(component, 'SUMMARY')), options.maxSubject),
    body: bodyOf(component),
    location: cut(oneLine(textOf(component, 'LOCATION')), options.maxLocation),
    sensitivity: sensitivityOf(component),
    showAs: showAsOf(component),
    importance: importanceOf(component),
    categories: categoriesOf(component),
    reminderMinutes: shownAlarms(component, startMs, lengthMs)[0]?.minutes ?? null,
    attendees: attendeesOf(component, options),
    responseRequested: component
      .propertiesNamed('ATTENDEE')
      .some((property) => property.param('RSVP')?.trim().toUpperCase() === 'TRUE'),
  }
}
