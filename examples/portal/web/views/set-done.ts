import { type CalendarEvent, call } from '../api.ts'
import { occurrencePath } from './event-paths.ts'

/** Says of a task whether it is done. @throws {ApiError} */
export const setDone = async (task: CalendarEvent, done: boolean): Promise<void> => {
  const [path, query] = occurrencePath(task).split('?')
  await call('PUT', `${path}/done${query === undefined ? '' : `?${query}`}`, { body: { done } })
}
