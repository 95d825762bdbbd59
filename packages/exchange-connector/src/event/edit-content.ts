import {
  type CalendarEditor,
  type Component,
  durationValue,
  htmlToText,
  integerProperty,
  isFormatted,
  rawProperty,
  sanitizeHtml,
  textListProperty,
  textProperty,
} from '@dayport/core/ical'
import { shownAlarms } from './alarms.ts'
import { classOf, differingFields } from './compare.ts'
import { htmlProperty, upperOf } from './content-of.ts'
import type { ExchangeBody, ExchangeContent, Importance, Sensitivity, ShowAs } from './model.ts'
import { plainText } from './text.ts'

/** A component to patch, what it says to Exchange, and when it is. */
export interface ContentEdit {
  readonly editor: CalendarEditor
  readonly component: Component
  readonly before: ExchangeContent
  /** As `shownAlarms` wants them. */
  readonly startMs: number | null
  readonly lengthMs: number
}

/** Makes a component say what Exchange says: only fields that differ are written. People are `editPeople`'s. */
export const editContent = (edit: ContentEdit, after: ExchangeContent, skipped: readonly string[] = []): void => {
  const { editor, component, before } = edit
  for (const field of differingFields(before, after)) {
    if (skipped.includes(field)) continue
    if (field === 'subject') setText(editor, component, 'SUMMARY', after.subject)
    if (field === 'body') setBody(editor, component, after.body)
    if (field === 'location') setLocation(editor, component, after.location)
    if (field === 'sensitivity') setClass(editor, component, after.sensitivity)
    if (field === 'showAs') setShowAs(editor, component, after.showAs)
    if (field === 'importance') setPriority(editor, component, after.importance)
    if (field === 'categories') setCategories(editor, component, after.categories)
    if (field === 'reminderMinutes') setReminder(edit, after)
  }
}

const setText = (editor: CalendarEditor, component: Component, name: string, text: string): void => {
  if (text === '') editor.removeNamed(component, name)
  else editor.set(component, textProperty(name, text))
}

const setBody = (editor: CalendarEditor, component: Component, body: ExchangeBody): void => {
  const html = body.kind === 'html' ? sanitizeHtml(body.content) : ''
  const styled = htmlProperty(component)
  if (styled !== undefined) editor.removeNamed(component, styled.name)
  setText(editor, component, 'DESCRIPTION', plainText(body.kind === 'html' ? htmlToText(body.content) : body.content))
  if (isFormatted(html)) {
    editor.removeNamed(component, 'STYLED-DESCRIPTION')
    editor.set(component, textProperty('X-ALT-DESC', html, { FMTTYPE: 'text/html' }))
  }
}

/** What else says where: it would name the place before. */
const placeProperties = ['GEO', 'X-APPLE-STRUCTURED-LOCATION', 'X-MICROSOFT-LOCATIONS']

const setLocation = (editor: CalendarEditor, component: Component, location: string): void => {
  setText(editor, component, 'LOCATION', location)
  for (const name of placeProperties) editor.removeNamed(component, name)
}

export const setClass = (editor: CalendarEditor, component: Component, sensitivity: Sensitivity): void => {
  const value = classOf(sensitivity)
  if (value === 'PUBLIC') editor.removeNamed(component, 'CLASS')
  else editor.set(component, rawProperty('CLASS', value))
}

const busyStatus = 'X-MICROSOFT-CDO-BUSYSTATUS'
const finer: Partial<Record<ShowAs, string>> = {
  tentative: 'TENTATIVE',
  oof: 'OOF',
  workingElsewhere: 'WORKINGELSEWHERE',
}

const setShowAs = (editor: CalendarEditor, component: Component, showAs: ShowAs): void => {
  const isFree = showAs === 'free'
  const status = upperOf(component, 'STATUS')
  editor.set(component, rawProperty('TRANSP', isFree ? 'TRANSPARENT' : 'OPAQUE'))
  const value = isFree ? 'FREE' : (finer[showAs] ?? 'BUSY')
  if (value !== 'BUSY' || component.property(busyStatus) !== undefined) {
    editor.set(component, rawProperty(busyStatus, value))
  }
  if (showAs === 'tentative' ? status === 'CONFIRMED' : status === 'TENTATIVE') {
    editor.set(component, rawProperty('STATUS', showAs === 'tentative' ? 'TENTATIVE' : 'CONFIRMED'))
  }
}

const setPriority = (editor: CalendarEditor, component: Component, importance: Importance): void => {
  if (importance === 'normal') editor.removeNamed(component, 'PRIORITY')
  else editor.set(component, integerProperty('PRIORITY', importance === 'high' ? 1 : 9))
}

const setCategories = (editor: CalendarEditor, component: Component, categories: readonly string[]): void => {
  if (categories.length === 0) editor.removeNamed(component, 'CATEGORIES')
  else editor.setAll(component, 'CATEGORIES', [textListProperty('CATEGORIES', categories)])
}

/** The earliest alarm is Exchange's one; those that would come before it now go, later ones stay. */
const setReminder = (edit: ContentEdit, after: ExchangeContent): void => {
  const { editor, component } = edit
  const alarms = shownAlarms(component, edit.startMs, edit.lengthMs)
  const minutes = after.reminderMinutes
  if (minutes === null) {
    for (const alarm of alarms) editor.removeComponent(alarm.component)
    return
  }
  const trigger = rawProperty('TRIGGER', durationValue({ days: 0, seconds: -60 * minutes + 0 }))
  const [first, ...others] = alarms
  if (first === undefined) {
    const text = after.subject === '' ? 'Reminder' : after.subject
    editor.addComponent(component, {
      name: 'VALARM',
      properties: [rawProperty('ACTION', 'DISPLAY'), trigger, textProperty('DESCRIPTION', text)],
    })
    return
  }
  editor.set(first.component, trigger)
  for (const other of others) if (other.minutes > minutes) editor.removeComponent(other.component)
}
