import { CalendarError } from '@dayport/core'
import type { XmlElement } from '@dayport/core/xml'
import { davErrorOf } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import type { Instruction, Outcome, Plan } from '../properties/instructions.ts'
import { type CalDavSubscriptions, minutesOfDuration } from '../subscriptions.ts'
import { writeUnderIf } from '../wire/if-header.ts'
import { apple, cs, dav } from '../wire/names.ts'

/** Whether a `resourcetype` asks for a subscribed calendar. */
export const asksToSubscribe = (type: XmlElement | null | undefined): boolean =>
  type?.child(cs('subscribed')) !== undefined

/** What says where such a calendar comes from; the rest of the instructions are its properties. */
export const isOfSource = ({ name }: Instruction): boolean => name === cs('source') || name === apple('refreshrate')

/**
 * Makes a calendar that follows an outside address, under the name that the program chose.
 *
 * @returns the outcomes of a failure, all that was asked for among them; `null` when it is made.
 */
export const subscribeCalendar = async (
  x: Exchange,
  subscriptions: CalDavSubscriptions,
  name: string,
  source: readonly Instruction[],
  plan: Plan,
): Promise<readonly Outcome[] | null> => {
  const address = source.find((instruction) => instruction.name === cs('source'))?.value ?? null
  const url = (address?.child(dav('href'))?.text ?? address?.text ?? '').trim()
  const rate = source.find((instruction) => instruction.name === apple('refreshrate'))?.value?.text ?? ''
  const failed = (status: number): readonly Outcome[] => [
    { name: cs('source'), status, condition: null },
    ...plan.outcomes.map((outcome) => ({ ...outcome, status: 424 })),
  ]
  if (url === '') return failed(403)
  const { displayName, color } = plan.patch
  const draft = {
    url,
    refreshMinutes: minutesOfDuration(rate),
    ...(displayName === undefined ? {} : { displayName }),
    ...(color === undefined ? {} : { color }),
  }
  const id = await subscriptions.subscribe(x.who, draft, { signal: x.request.signal })
  if (id === null) return failed(409)
  try {
    await writeUnderIf(x, (call) => x.service.updateCalendar(x.who, id, { ...plan.patch, name }, call))
  } catch (error) {
    // It must not stay under a name that nobody asked for.
    await x.service.deleteCalendar(x.who, id, { origin: { door: 'caldav' } })
    if (CalendarError.is(error)) throw davErrorOf(error, { href: x.href })
    throw error
  }
  return null
}
