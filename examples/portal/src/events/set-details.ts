import {
  type CalendarEditor,
  type Component,
  type ComponentDraft,
  draftOf,
  durationProperty,
  integerProperty,
  type PropertyDraft,
  textProperty,
} from '@dayport/core/ical'
import type { z } from 'zod'
import type { EventFields } from '../api/schemas.ts'
import { PortalError } from '../problem.ts'
import { mailOf, minutesBefore } from './details.ts'

export type Details = {
  readonly [K in keyof z.output<typeof EventFields>]?: z.output<typeof EventFields>[K] | undefined
}

const alarmDraft = (minutes: number, title: string): ComponentDraft => ({
  name: 'VALARM',
  properties: [
    textProperty('ACTION', 'DISPLAY'),
    durationProperty('TRIGGER', { days: 0, seconds: minutes === 0 ? 0 : -minutes * 60 }),
    textProperty('DESCRIPTION', title === '' ? 'Reminder' : title),
  ],
})

const microsoftBusy = { free: 'FREE', tentative: 'TENTATIVE', busy: 'BUSY', away: 'OOF' } as const
const priorities = { high: 1, normal: 5, low: 9 } as const

/** The lines that say these details, for a new event; what is usual is left unsaid. */
export const detailProperties = (details: Details): PropertyDraft[] => {
  const { busy, importance, color } = details
  return [
    ...(busy === undefined || busy === 'busy'
      ? []
      : [
          textProperty('TRANSP', busy === 'free' ? 'TRANSPARENT' : 'OPAQUE'),
          textProperty('X-MICROSOFT-CDO-BUSYSTATUS', microsoftBusy[busy]),
        ]),
    ...(importance === undefined || importance === 'normal'
      ? []
      : [integerProperty('PRIORITY', priorities[importance])]),
    ...(details.private === true ? [textProperty('CLASS', 'PRIVATE')] : []),
    ...(color === undefined || color === null ? [] : [textProperty('COLOR', color)]),
  ]
}

export const detailComponents = ({ reminder }: Details, title: string): ComponentDraft[] =>
  reminder === undefined || reminder === null ? [] : [alarmDraft(reminder, title)]

const setReminder = (editor: CalendarEditor, component: Component, minutes: number | null): void => {
  const alarms = component.components.filter((child) => child.name === 'VALARM' && minutesBefore(child) !== null)
  const [first] = alarms
  if (minutes === null) for (const alarm of alarms) editor.removeComponent(alarm)
  else if (first === undefined) {
    editor.addComponent(component, alarmDraft(minutes, component.property('SUMMARY')?.value ?? ''))
  } else {
    const seconds = minutes === 0 ? 0 : -minutes * 60
    editor.set(first, durationProperty('TRIGGER', { days: 0, seconds }))
    // A new time wants to ring again. RFC 9074 §6.1.
    editor.removeNamed(first, 'ACKNOWLEDGED')
  }
}

/** Lays given details over a component; what is not given keeps its bytes. */
export const setDetails = (editor: CalendarEditor, component: Component, details: Details): void => {
  const { busy, importance, color, reminder } = details
  if (busy !== undefined) {
    editor.set(component, textProperty('TRANSP', busy === 'free' ? 'TRANSPARENT' : 'OPAQUE'))
    editor.set(component, textProperty('X-MICROSOFT-CDO-BUSYSTATUS', microsoftBusy[busy]))
    if (busy !== 'tentative' && component.property('STATUS')?.value.toUpperCase() === 'TENTATIVE') {
      editor.set(component, textProperty('STATUS', 'CONFIRMED'))
    }
  }
  if (importance !== undefined) {
    editor.set(component, integerProperty('PRIORITY', priorities[importance]))
    if (component.property('X-MICROSOFT-CDO-IMPORTANCE') !== undefined) {
      editor.set(component, integerProperty('X-MICROSOFT-CDO-IMPORTANCE', { low: 0, normal: 1, high: 2 }[importance]))
    }
  }
  if (details.private !== undefined) {
    if (details.private) editor.set(component, textProperty('CLASS', 'PRIVATE'))
    else editor.removeNamed(component, 'CLASS')
  }
  if (color === null) editor.removeNamed(component, 'COLOR')
  else if (color !== undefined) editor.set(component, textProperty('COLOR', color))
  if (reminder !== undefined) setReminder(editor, component, reminder)
}

/** Answers that are written into an ATTENDEE line. */
export const answers = ['ACCEPTED', 'DECLINED', 'TENTATIVE', 'NEEDS-ACTION'] as const
export type Answer = (typeof answers)[number]

/**
 * Writes the person's own answer into their ATTENDEE line. RFC 5545 §3.2.12.
 *
 * @throws {PortalError} `unsupported-change` when the person is not among the attendees.
 */
export const setAnswer = (
  editor: CalendarEditor,
  component: Component,
  mine: ReadonlySet<string>,
  answer: Answer,
): void => {
  const own = component.propertiesNamed('ATTENDEE').filter(({ value }) => mine.has(mailOf(value).toLowerCase()))
  if (own.length === 0) throw new PortalError('unsupported-change', 'You are not among the attendees')
  for (const property of own) {
    const draft = draftOf(property)
    const { RSVP: _, ...params } = draft.params ?? {}
    editor.replace(property, { ...draft, params: { ...params, PARTSTAT: answer } })
  }
}
