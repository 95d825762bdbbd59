import type { ExchangeBody, ExchangeContent, ExchangeEvent, ShowAs } from '../event/model.ts'
import { participantsLine, withFooter } from './footer.ts'
import { type GraphRecurrenceDraft, toPatternedRecurrence } from './recurrence.ts'
import { type GraphTime, graphTimes, keptSpan } from './times.ts'

/** What a POST or PATCH says. Never `isOnlineMeeting`, which would make a Teams meeting. */
export interface GraphEventDraft {
  readonly subject?: string
  readonly body?: { readonly contentType: 'text' | 'html'; readonly content: string }
  readonly start?: GraphTime
  readonly end?: GraphTime
  readonly isAllDay?: boolean
  readonly recurrence?: GraphRecurrenceDraft | null
  readonly location?: { readonly displayName: string }
  readonly sensitivity?: string
  readonly showAs?: string
  readonly importance?: string
  readonly categories?: readonly string[]
  readonly isReminderOn?: boolean
  readonly reminderMinutesBeforeStart?: number
  readonly attendees?: readonly {
    readonly type: string
    readonly emailAddress: { readonly address: string; readonly name: string }
  }[]
  readonly responseRequested?: boolean
  readonly singleValueExtendedProperties?: readonly { readonly id: string; readonly value: string }[]
  readonly transactionId?: string
}

const showing: Readonly<Record<ShowAs, string>> = {
  free: 'free',
  tentative: 'tentative',
  busy: 'busy',
  oof: 'oof',
  workingElsewhere: 'workingElsewhere',
  noData: 'busy',
}

/** Fields of an event or exception as Graph takes them: only those that are named, each whole. */
export const contentDraft = (
  content: ExchangeContent,
  fields: Iterable<keyof ExchangeContent>,
  footer: string,
): GraphEventDraft => Object.assign({}, ...[...fields].map((field) => fieldDraft(content, field, footer)))

const fieldDraft = (content: ExchangeContent, field: keyof ExchangeContent, footer: string): GraphEventDraft => {
  switch (field) {
    case 'subject':
      return { subject: content.subject }
    case 'body':
      return { body: bodyDraft(withFooter(content.body, footer)) }
    case 'location':
      return { location: { displayName: content.location } }
    case 'sensitivity':
      return { sensitivity: content.sensitivity }
    case 'showAs':
      return { showAs: showing[content.showAs] }
    case 'importance':
      return { importance: content.importance }
    case 'categories':
      return { categories: content.categories }
    // Always both: a server turns a reminder on that is not mentioned.
    case 'reminderMinutes':
      return content.reminderMinutes === null
        ? { isReminderOn: false }
        : { isReminderOn: true, reminderMinutesBeforeStart: content.reminderMinutes }
    case 'attendees':
      return content.attendees === null ? {} : { attendees: content.attendees.flatMap(attendeeDraft) }
    case 'responseRequested':
      return { responseRequested: content.responseRequested }
  }
}

export const bodyDraft = ({ kind, content }: ExchangeBody) => ({ contentType: kind, content })

const attendeeDraft = ({ address, name, role }: NonNullable<ExchangeContent['attendees']>[number]) =>
  address === '' ? [] : [{ type: role, emailAddress: { address, name: name === '' ? address : name } }]

/** Every field that a new event has. */
export const allFields = [
  'subject',
  'body',
  'location',
  'sensitivity',
  'showAs',
  'importance',
  'categories',
  'reminderMinutes',
] as const satisfies readonly (keyof ExchangeContent)[]

/** Start, end and pattern go together: a server would read one of them in the light of the others' old values. */
export const timeDraft = (event: ExchangeEvent, wasSeries: boolean): GraphEventDraft => {
  const times = graphTimes(event.span)
  if (event.recurrence === null) return wasSeries ? { ...times, recurrence: null } : times
  return { ...times, recurrence: toPatternedRecurrence(event.recurrence, times.start.timeZone) }
}

/** A new event, without its properties. */
export const toGraph = (event: ExchangeEvent, footer: string): GraphEventDraft => {
  const invited = event.attendees !== null && event.attendees.length > 0
  return {
    ...contentDraft(event, allFields, footer),
    ...timeDraft(event, false),
    ...(invited ? contentDraft(event, ['attendees', 'responseRequested'], footer) : {}),
  }
}

/** The line under the body of an event whose participants Exchange is not told. */
export const footerOf = (event: ExchangeEvent, heading: string): string =>
  event.attendees === null ? participantsLine(event.portalData, heading) : ''

/** What Graph can hold of an event: what comes back after it was put. */
export const keptByGraph = (event: ExchangeEvent): ExchangeEvent => ({
  ...event,
  span: keptSpan(event.span),
  exceptions: event.exceptions.map((exception) =>
    exception.span === undefined ? exception : { ...exception, span: keptSpan(exception.span) },
  ),
})
