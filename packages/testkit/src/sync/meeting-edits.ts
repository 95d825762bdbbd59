import { draftOf, editCalendar, masterComponent, parseCalendar, rawProperty, textProperty } from '@dayport/core/ical'
import { dropExceptions, occurrencesOf, withHour, withProperty, withStart, withText } from './person-edits.ts'

type Edit = (data: Uint8Array) => Uint8Array

const answers = ['ACCEPTED', 'DECLINED', 'TENTATIVE']

/** One who was invited answers, where the event is a meeting. */
export const withAnswer =
  (n: number): Edit =>
  (data) => {
    const document = parseCalendar(data)
    const master = masterComponent(document)
    const bob = master?.propertiesNamed('ATTENDEE').find(({ value }) => value === 'mailto:bob@example.org')
    if (master === null || bob === undefined) return data
    const editor = editCalendar(document)
    const draft = draftOf(bob)
    editor.replace(bob, { ...draft, params: { ...draft.params, PARTSTAT: answers[n % answers.length] ?? 'ACCEPTED' } })
    return editor.toBytes()
  }

/** The meeting is passed on to somebody else. */
export const withGuest =
  (name: string): Edit =>
  (data) => {
    const document = parseCalendar(data)
    const master = masterComponent(document)
    if (master === null) return data
    const editor = editCalendar(document)
    editor.add(master, rawProperty('ATTENDEE', `mailto:${name}@guest.example.org`))
    return editor.toBytes()
  }

/** The organiser's new invitation: another hour and another place at once. */
export const withUpdate =
  (hour: number, place: string): Edit =>
  (data) =>
    withText('LOCATION', place)(withHour(hour)(data))

export const withCancellation: Edit = withProperty('STATUS', textProperty('STATUS', 'CANCELLED'))

/**
 * "This and following", as calendar programs do it: the series ends before one of its occurrences, and another one begins with that.
 * `null` where there is no series to split.
 */
export const splitSeries = (data: Uint8Array, at: number, uid: string): readonly [Uint8Array, Uint8Array] | null => {
  const document = parseCalendar(data)
  const master = masterComponent(document)
  const rule = master?.property('RRULE')?.value
  const instances = occurrencesOf(data)
  const index = 1 + (at % Math.max(1, instances.length - 1))
  const [first, last] = [instances[index], instances[index - 1]]
  if (master === null || rule === undefined || first?.start.kind !== 'zoned' || last === undefined) return null
  const until = new Date(last.startMs).toISOString().replace(/[-:]|\.\d+/g, '')
  const plain = rule.replace(/;?(COUNT|UNTIL)=[^;]*/g, '')
  const counted = /COUNT=(\d+)/.exec(rule)
  const rest = counted === null ? rule : `${plain};COUNT=${Math.max(1, Number(counted[1]) - index)}`
  const ended = withRuleOnly(data, `${plain};UNTIL=${until}`)
  const begun = withProperty('UID', textProperty('UID', uid))(withStart(first.start.local)(withRuleOnly(data, rest)))
  return [ended, begun]
}

const withRuleOnly = (data: Uint8Array, rule: string): Uint8Array => {
  const document = parseCalendar(data)
  const master = masterComponent(document)
  if (master === null) return data
  const editor = editCalendar(document)
  editor.setAll(master, 'RRULE', [rawProperty('RRULE', rule)])
  dropExceptions(editor, document)
  return editor.toBytes()
}
