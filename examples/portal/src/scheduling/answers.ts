import { editCalendar, expandSeries, type RecurrenceInstance, textProperty } from '@dayport/core/ical'
import { findInstance, wholeSeries } from '../events/find-instance.ts'
import { addOverride, addOverrides, answered, ownOverride, touch } from '../events/patch.ts'
import { type OpenObject, openObject } from '../events/read.ts'
import { type Answer, answers } from '../events/set-details.ts'
import { wallText } from '../events/times.ts'
import { answerIn, componentsOf, isCancelled, keyOf, seriesKey } from './components.ts'

/** Occurrences that are found each by itself. */
const maxFound = 20

/** Occurrences of a series among which those of many replies are found. */
const maxSearched = 10_000

/** What answers to single occurrences may make of a meeting: it goes to everybody whenever it changes. */
const maxMeetingBytes = 2 * 1024 * 1024

/** What an attendee tells the organizer: of the series, or of one occurrence. RFC 5546 §3.2.3. */
export interface Reply {
  /** The occurrence's original start, or `seriesKey`. */
  readonly key: string
  readonly answer: Answer
}

const asAnswer = (text: string | null): Answer | null => answers.find((one) => one === text) ?? null

/**
 * What a change of an attendee's copy says to the organizer: other answers, and occurrences that were taken out, which declines them.
 *
 * @param before `null` when the copy was not there: it was put back
 * @param after `null` when it was deleted, which declines all of it, RFC 6638 §3.2.2.4
 */
export const repliesIn = (
  before: OpenObject | null,
  after: OpenObject | null,
  mine: ReadonlySet<string>,
): readonly Reply[] => {
  if (after === null) {
    const alive = before === null ? [] : componentsOf(before).filter((component) => !isCancelled(component))
    return alive.map((component) => ({ key: keyOf(component), answer: 'DECLINED' }))
  }
  const old = new Map((before === null ? [] : componentsOf(before)).map((one) => [keyOf(one), one]))
  const replies = componentsOf(after).flatMap((component): Reply[] => {
    const answer = asAnswer(answerIn(component, mine))
    const known = old.get(keyOf(component)) ?? old.get(seriesKey)
    if (answer === null || (known !== undefined && answerIn(known, mine) === answer)) return []
    return [{ key: keyOf(component), answer }]
  })
  const excluded = new Set(before?.facts.exdates.map(wallText) ?? [])
  const declined = before === null ? [] : after.facts.exdates.map(wallText).filter((key) => !excluded.has(key))
  return [...replies, ...declined.map((key): Reply => ({ key, answer: 'DECLINED' }))]
}

interface ReplyOptions {
  readonly nowMs: number
  readonly floatingZone: string
}

/** How occurrences are found: a few each by itself, many in all that there are, as each search may go through the whole series. */
const finderOf = (
  object: OpenObject,
  wanted: number,
  floatingZone: string,
): ((key: string) => RecurrenceInstance | null) => {
  if (wanted <= maxFound) return (key) => findInstance(object, key, floatingZone)
  const { instances } = expandSeries(object.facts, { range: wholeSeries, floatingZone, maxInstances: maxSearched })
  const byKey = new Map(instances.map((one) => [wallText(one.recurrenceId), one]))
  return (key) => byKey.get(key) ?? null
}

/** With components of their own for as many of these occurrences as a meeting has room for. */
const withComponents = (
  object: OpenObject,
  bytes: Uint8Array,
  instances: readonly RecurrenceInstance[],
): Uint8Array => {
  const [first] = instances
  if (first === undefined) return bytes
  const one = addOverride(object, first)
  if (instances.length === 1) return one.length > maxMeetingBytes ? bytes : one
  const room = Math.floor((maxMeetingBytes - bytes.length) / Math.max(1, one.length - bytes.length))
  return room < 1 ? bytes : addOverrides(object, instances.slice(0, room))
}

const withOccurrenceReplies = (
  bytes: Uint8Array,
  replies: ReadonlyMap<string, Answer>,
  mine: ReadonlySet<string>,
  { nowMs, floatingZone }: ReplyOptions,
): Uint8Array => {
  if (replies.size === 0) return bytes
  const object = openObject(bytes)
  const find = finderOf(object, replies.size, floatingZone)
  const news = [...replies].flatMap(([key, answer]) => {
    const instance = find(key)
    const own = instance === null ? null : ownOverride(object, instance)
    const source = own ?? object.master
    const given = instance === null || source === null ? null : answerIn(source, mine)
    return instance === null || given === null || given === answer ? [] : [{ key, answer, instance, own }]
  })
  const bare = news.filter(({ own }) => own === null).map(({ instance }) => instance)
  let next = withComponents(object, bytes, bare)
  for (const answer of new Set(news.map((one) => one.answer))) {
    const keys = new Set(news.filter((one) => one.answer === answer).map(({ key }) => key))
    const opened = openObject(next)
    const components = opened.overrides.filter((override) => keys.has(keyOf(override)))
    if (components.length > 0) next = answered(opened, components, mine, answer, nowMs)
  }
  return next
}

/**
 * The organizer's object with an attendee's replies in it; an occurrence gets a component of its own, while there is room. The same bytes
 * where the replies say nothing new.
 */
export const withReplies = (
  organizers: Uint8Array,
  replies: readonly Reply[],
  mine: ReadonlySet<string>,
  options: ReplyOptions,
): Uint8Array => {
  const byKey = new Map(replies.map(({ key, answer }) => [key, answer]))
  const answer = byKey.get(seriesKey)
  byKey.delete(seriesKey)
  const object = openObject(organizers)
  const { master } = object
  const given = master === null ? null : answerIn(master, mine)
  const isNew = master !== null && answer !== undefined && given !== null && given !== answer
  const bytes = isNew ? answered(object, [master], mine, answer, options.nowMs) : organizers
  return withOccurrenceReplies(bytes, byKey, mine, options)
}

/** A copy whose meeting does not take place, or to which one is no longer invited. RFC 5546 §3.2.5. */
export const cancelledCopy = (copy: Uint8Array, nowMs: number): Uint8Array => {
  const object = openObject(copy)
  const editor = editCalendar(object.document)
  for (const component of componentsOf(object).filter((one) => !isCancelled(one))) {
    editor.set(component, textProperty('STATUS', 'CANCELLED'))
    touch(editor, component, nowMs)
  }
  return editor.toBytes()
}
