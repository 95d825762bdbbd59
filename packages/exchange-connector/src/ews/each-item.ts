import { CalendarError, type CallOptions, type RemoteError } from '@dayport/core'
import type { EwsCallOptions, EwsClient } from './client.ts'
import type { EwsItemId } from './ids.ts'
import { type EwsItemRef, type EwsItemResult, type EwsShape, getItem } from './operations/read-items.ts'
import { deleteItem, type EwsItemUpdate, type EwsMailing, updateItems } from './operations/write-items.ts'

type Outcome = CalendarError | RemoteError | null

/**
 * Answers for each of several parts, from servers too that answer a Fault for all when one of them is gone, or for fewer than were asked:
 * then each is asked for by itself. What was written is not written again: answers are those of the first parts.
 */
const forEach = async <P, R>(
  parts: readonly P[],
  isWrite: boolean,
  call: (some: readonly P[]) => Promise<readonly (R | CalendarError)[]>,
): Promise<readonly (R | CalendarError)[]> => {
  const [only] = parts
  if (only === undefined) return []
  let answers: readonly (R | CalendarError)[] = []
  try {
    answers = await call(parts)
  } catch (error) {
    if (!CalendarError.is(error)) throw error
    if (parts.length === 1) return [error]
  }
  if (answers.length === parts.length) return answers
  if (parts.length === 1) return [new CalendarError('invalid-calendar-data', 'expected an answer for the item')]
  const each = isWrite ? answers.slice(0, parts.length) : []
  for (const part of parts.slice(each.length)) each.push((await forEach([part], isWrite, call))[0]!)
  return each
}

/** Items by their ids, one answer for each. */
export const getItems = (
  client: EwsClient,
  input: {
    readonly ids: readonly EwsItemRef[]
    readonly shape: EwsShape
    readonly legacy?: boolean
    readonly numbered?: boolean
    readonly all?: boolean
  },
  options: EwsCallOptions,
): Promise<readonly EwsItemResult[]> =>
  forEach<EwsItemRef, EwsItemResult>(input.ids, false, (ids) => client.call(getItem, { ...input, ids }, options))

/** Deletes items. Those that are gone are passed over. @throws {CalendarError | RemoteError} what another one met with. */
export const deleteItems = async (
  client: EwsClient,
  itemIds: readonly EwsItemId[],
  mailing: EwsMailing,
  options: CallOptions,
): Promise<void> => {
  const call = async (some: readonly EwsItemId[]): Promise<readonly Outcome[]> => {
    const answers = await client.call(deleteItem, { itemIds: some, mailing }, options)
    // One that is answered with nothing was deleted.
    return some.length === 1 && answers.length === 0 ? [null] : answers
  }
  throwOther(await forEach<EwsItemId, Outcome>(itemIds, true, call))
}

/** Changes items, each for itself. Nobody is mailed. Those that are gone are passed over. */
export const changeItems = async (
  client: EwsClient,
  list: readonly EwsItemUpdate[],
  options: CallOptions,
): Promise<void> =>
  throwOther(await forEach<EwsItemUpdate, Outcome>(list, true, (some) => client.call(updateItems, some, options)))

const throwOther = (outcomes: readonly Outcome[]): void => {
  for (const error of outcomes) if (error !== null && !CalendarError.is(error, 'not-found')) throw error
}
