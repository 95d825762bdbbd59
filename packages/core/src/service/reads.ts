import type { CalendarId } from '../calendar.ts'
import type { Change, ChangeOptions, ChangePage, SyncToken } from '../changes.ts'
import type { Detail } from '../ical/index.ts'
import type { CalendarObject, IndexFilter, ObjectRef } from '../object.ts'
import type { CallOptions, DayportStore } from '../store.ts'
import type { Projector } from './projector.ts'
import { createShownNames } from './shown-names.ts'

/** The store as somebody sees it who sees that much of it. */
export interface Reads {
  getObject(detail: Detail, ref: ObjectRef, options?: CallOptions): Promise<CalendarObject | null>
  findObjects(
    detail: Detail,
    calendar: CalendarId,
    filter: IndexFilter,
    options?: CallOptions,
  ): AsyncIterable<CalendarObject>
  changes(detail: Detail, calendar: CalendarId, since: SyncToken | null, options?: ChangeOptions): Promise<ChangePage>
}

/** Objects that are read at once to learn whether they are shown. */
const batchSize = 200

export const createReads = (
  store: Pick<DayportStore, 'getObject' | 'findObjects' | 'changes'>,
  projector: Projector,
): Reads => {
  // Both details below `read` have the same names.
  const shownNames = createShownNames(store, (calendar, name) => projector.name(calendar, name, 'titles'))
  const isNamedAnew = (detail: Detail): boolean => detail === 'free-busy' || detail === 'titles'

  const storedFilter = async (
    detail: Detail,
    calendar: CalendarId,
    filter: IndexFilter,
    options: CallOptions | undefined,
  ): Promise<IndexFilter> => {
    if (!isNamedAnew(detail)) return filter
    // A stored UID that could be asked for could be found out.
    const { uid: _, names, ...rest } = filter
    return names === undefined ? rest : { ...rest, names: await shownNames.storedNames(calendar, names, options) }
  }

  /** Names of the batch whose objects show something. */
  const namesShown = async (
    detail: Detail,
    calendar: CalendarId,
    batch: readonly Change[],
    options: CallOptions | undefined,
  ): Promise<ReadonlySet<string>> => {
    const names = batch.filter(({ etag }) => etag !== null).map(({ name }) => name)
    const shown = new Set<string>()
    if (names.length === 0) return shown
    for await (const object of store.findObjects(calendar, { names }, options)) {
      if (projector.shows(object, detail)) shown.add(object.name)
    }
    return shown
  }

  const shownChange = async (
    detail: Detail,
    calendar: CalendarId,
    change: Change,
    isShown: boolean,
  ): Promise<Change> => ({
    ...change,
    name: await projector.name(calendar, change.name, detail),
    etag: change.etag === null || !isShown ? null : await projector.etag(calendar, change.etag, detail),
    // Through which door somebody works is theirs to know.
    ...(isNamedAnew(detail) ? { origin: { door: 'host' } } : {}),
  })

  return {
    async getObject(detail, ref, options) {
      const [name] = isNamedAnew(detail) ? await shownNames.storedNames(ref.calendar, [ref.name], options) : [ref.name]
      const object = name === undefined ? null : await store.getObject({ ...ref, name }, options)
      return object === null || detail === 'full' ? object : projector.object(ref.calendar, object, detail)
    },

    async *findObjects(detail, calendar, filter, options) {
      if (detail === 'full') {
        yield* store.findObjects(calendar, filter, options)
        return
      }
      const stored = await storedFilter(detail, calendar, filter, options)
      for await (const object of store.findObjects(calendar, stored, options)) {
        const shown = await projector.object(calendar, object, detail)
        if (shown !== null && (filter.uid === undefined || filter.uid === shown.index.uid)) yield shown
      }
    },

    async changes(detail, calendar, since, options) {
      const page = await store.changes(calendar, since, options)
      if (detail === 'full') return page
      const { limit: _, ...call } = options ?? {}
      const changes: Change[] = []
      for (let at = 0; at < page.changes.length; at += batchSize) {
        const batch = page.changes.slice(at, at + batchSize)
        const shown = detail === 'free-busy' ? await namesShown(detail, calendar, batch, call) : null
        changes.push(
          ...(await Promise.all(
            batch.map((change) => shownChange(detail, calendar, change, shown?.has(change.name) ?? true)),
          )),
        )
      }
      return { ...page, changes: since === null ? changes.filter(({ etag }) => etag !== null) : changes }
    },
  }
}
