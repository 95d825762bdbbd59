import { editCalendar, textProperty } from '@dayport/core/ical'
import { findInstance } from '../events/find-instance.ts'
import { addOverride, answered, ownOverride, touch } from '../events/patch.ts'
import { type OpenObject, openObject } from '../events/read.ts'
import { type Answer, answers } from '../events/set-details.ts'
import { wallText } from '../events/times.ts'
import { answerIn, componentsOf, isCancelled, keyOf, seriesKey } from './components.ts'

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

/** The organizer's object with a reply in it; an occurrence gets a component of its own. The same bytes where the reply says nothing new. */
export const withReply = (
  organizers: Uint8Array,
  { key, answer }: Reply,
  mine: ReadonlySet<string>,
  { nowMs, floatingZone }: { readonly nowMs: number; readonly floatingZone: string },
): Uint8Array => {
  const object = openObject(organizers)
  if (key === seriesKey) {
    const { master } = object
    const given = master === null ? null : answerIn(master, mine)
    return master === null || given === null || given === answer
      ? organizers
      : answered(object, [master], mine, answer, nowMs)
  }
  const instance = findInstance(object, key, floatingZone)
  if (instance === null) return organizers
  const own = ownOverride(object, instance)
  const source = own ?? object.master
  const given = source === null ? null : answerIn(source, mine)
  if (given === null || given === answer) return organizers
  if (own !== null) return answered(object, [own], mine, answer, nowMs)
  const next = openObject(addOverride(object, instance))
  const made = next.overrides.find((override) => keyOf(override) === key)
  return made === undefined ? organizers : answered(next, [made], mine, answer, nowMs)
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
