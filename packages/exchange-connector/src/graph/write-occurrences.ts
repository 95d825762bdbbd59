import { CalendarError } from '@dayport/core'
import { differingFields, exceptionFields, isSameSpan } from '../event/compare.ts'
import { dayMs } from '../event/days.ts'
import type { ExchangeContent, ExchangeEvent, ExchangeSpan } from '../event/model.ts'
import { nominalSpan } from '../event/nominal-span.ts'
import { etagOfKey, ifMatchOf } from './etag.ts'
import { fromGraph, occurrenceIds, type ReadOptions } from './from-graph.ts'
import type { GraphEvents } from './mailbox.ts'
import { invites, mails } from './mails.ts'
import type { SendOptions } from './request.ts'
import { graphTimes } from './times.ts'
import { contentDraft, type GraphEventDraft } from './to-graph.ts'
import type { GraphEvent, GraphOccurrence } from './wire.ts'

/** Something to do about one occurrence, by its original day. */
export type OccurrenceStep =
  | { readonly kind: 'delete'; readonly day: string }
  | { readonly kind: 'set'; readonly day: string; readonly draft: GraphEventDraft }

/** What has to be done so that the occurrences of `current` become those of `wanted`; the series itself is written already. */
export const occurrenceSteps = (
  current: ExchangeEvent,
  wanted: ExchangeEvent,
  footer: string,
): readonly OccurrenceStep[] => {
  const there = new Set(current.deleted)
  const gone = new Set(wanted.deleted)
  const deletions = wanted.deleted
    .filter((day) => !there.has(day))
    .map((day): OccurrenceStep => ({ kind: 'delete', day }))
  const days = [...new Set([...current.exceptions, ...wanted.exceptions].map(({ originalDate }) => originalDate))]
  const changes = days
    .filter((day) => !gone.has(day))
    .sort()
    .flatMap((day): readonly OccurrenceStep[] => {
      const [before, after] = [occurrenceOf(current, day), occurrenceOf(wanted, day)]
      const fields = [...differingFields(before.content, after.content)].filter(isExceptionField)
      const draft = {
        ...contentDraft(after.content, fields, footer),
        ...(isSameSpan(before.span, after.span) ? {} : graphTimes(after.span)),
      }
      return Object.keys(draft).length === 0 ? [] : [{ kind: 'set', day, draft }]
    })
  return [...deletions, ...changes]
}

/** Days that were deleted and are wanted again: Graph brings none back, only a new pattern does. */
export const restoredDays = (current: ExchangeEvent, wanted: ExchangeEvent): readonly string[] => {
  const gone = new Set(wanted.deleted)
  return current.deleted.filter((day) => !gone.has(day))
}

const isExceptionField = (field: keyof ExchangeContent): field is (typeof exceptionFields)[number] =>
  exceptionFields.some((name) => name === field)

const occurrenceOf = (
  event: ExchangeEvent,
  day: string,
): { readonly content: ExchangeContent; readonly span: ExchangeSpan } => {
  const exception = event.exceptions.find(({ originalDate }) => originalDate === day)
  return { content: { ...event, ...exception?.fields }, span: exception?.span ?? nominalSpan(event.span, day) }
}

/** What writing occurrences needs. */
export interface OccurrenceWriter {
  readonly events: GraphEvents
  readonly read: ReadOptions
  readonly footer: string
  /** Re-reads the series. @throws {CalendarError} `not-found` when it is gone. */
  readonly reload: (id: string) => Promise<GraphEvent>
  /** Whether people may be mailed: a person asked for it. */
  readonly mayMail: boolean
}

/**
 * Writes single occurrences one after the other: each write may give its siblings new ids, so that those are asked for anew. A step that
 * would cross a neighbour waits until the neighbour has moved.
 *
 * @returns the series as it stands afterwards.
 * @throws {CalendarError} `unrepresentable` when an occurrence cannot stand there; `not-found` when the series is gone.
 */
export const writeOccurrences = async (
  writer: OccurrenceWriter,
  start: GraphEvent,
  wanted: ExchangeEvent,
  options: SendOptions,
): Promise<GraphEvent> => {
  let series = start
  let waiting = occurrenceSteps(fromGraph(series, writer.read), wanted, writer.footer)
  while (waiting.length > 0) {
    const refused: { readonly step: OccurrenceStep; readonly error: unknown }[] = []
    for (const step of waiting) {
      try {
        await writeOne(writer, series, step, wanted, options)
      } catch (error) {
        if (!CalendarError.is(error, 'unrepresentable')) throw error
        refused.push({ step, error })
      }
    }
    series = await writer.reload(start.id)
    if (refused.length === waiting.length) throw refused[0]!.error
    waiting = refused.map(({ step }) => step)
  }
  return series
}

const writeOne = async (
  writer: OccurrenceWriter,
  series: GraphEvent,
  step: OccurrenceStep,
  wanted: ExchangeEvent,
  options: SendOptions,
): Promise<void> => {
  const occurrence = await occurrenceOn(writer, series, step.day, wanted, options)
  if (occurrence === null) {
    if (step.kind === 'delete') return
    throw new CalendarError('unrepresentable', 'The series has no occurrence on that day', {
      details: { reason: 'occurrence-outside-rule', day: step.day },
    })
  }
  // Somebody may be asked to this one alone, or has been asked since the series was read.
  if (!writer.mayMail && invites(occurrence)) throw mails()
  const ifMatch = ifMatchOf(etagOfKey(occurrence['@odata.etag'], occurrence.changeKey))
  try {
    if (step.kind === 'delete') await writer.events.delete(occurrence.id, ifMatch, options)
    else await writer.events.patch(occurrence.id, step.draft, ifMatch, options)
  } catch (error) {
    // Deleted meanwhile: what was wanted.
    if (!(step.kind === 'delete' && CalendarError.is(error, 'not-found'))) throw error
  }
}

/** An occurrence as it is now: an exception wherever it was moved to, else the one that stands at its place. */
const occurrenceOn = async (
  writer: OccurrenceWriter,
  series: GraphEvent,
  day: string,
  wanted: ExchangeEvent,
  options: SendOptions,
): Promise<GraphOccurrence | null> => {
  const exception = occurrenceIds(series, writer.read).find(({ originalDate }) => originalDate === day)
  const known = exception === undefined ? null : await writer.events.get(exception.id, options)
  if (known !== null) return known
  const nominal = nominalSpan(wanted.span, day)
  const fromMs = nominal.kind === 'days' ? Date.parse(nominal.startDate) : nominal.startMs
  const instances = await writer.events.instances(series.id, fromMs - dayMs, fromMs + 2 * dayMs, options)
  const found = occurrenceIds({ ...series, exceptionOccurrences: [...instances] }, writer.read)
  const id = found.find(({ originalDate }) => originalDate === day)?.id
  return instances.find((instance) => instance.id === id) ?? null
}
