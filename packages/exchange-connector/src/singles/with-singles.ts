import {
  assertCondition,
  CalendarError,
  type CalendarPeer,
  type CallOptions,
  type PeerChange,
  RemoteError,
} from '@dayport/core'
import { digest } from '../event/digest.ts'
import { unwrapToken, wrapToken } from './feed-token.ts'
import { groupOfName, nameOfGroup } from './rows.ts'
import { createSeriesItems, type SeriesItems } from './series-items.ts'
import { createSplitter, type WithSinglesOptions } from './splitter.ts'

/** A peer over the single items, and what the peer beneath has to know of them. */
export interface PeerWithSingles {
  readonly peer: CalendarPeer
  readonly holds: SeriesItems['holds']
}

/**
 * Shows a series that Exchange cannot say as one object, which Exchange has as single items (exchange.md §5.4): an edit of one is an
 * exception of the series, a deletion an EXDATE, and the items follow the series and the window. Whatever was left half-done is brought
 * to its end by the next reading.
 */
export const withSingles = (plain: CalendarPeer, options: WithSinglesOptions): PeerWithSingles => {
  const splitter = createSplitter(plain, options)
  const series = createSeriesItems(plain, options, splitter)

  const peer: CalendarPeer = {
    ...plain,

    /**
     * Rows of single items become one of their series. Of a deleted item the feed tells an id only that nobody knows: all series are told,
     * and those that the token knows and of which a search finds no item. It knows them as long as the calendar shows one.
     */
    async changes(since, call = {}) {
      const from = since === null ? { token: null, groups: [] } : unwrapToken(since)
      const page = await plain.changes(from.token, call)
      const isConcerned = page.changes.length > 0 && options.concerns?.(page) !== false
      const all = !isConcerned ? null : await series.listAll(callOnly(call), from.groups.length > 0)
      if (all === null) return { ...page, token: wrapToken(page.token, from.groups) }
      const ours = new Set(all.flatMap(({ ids }) => ids))
      const shown = all.filter(({ isHidden }) => !isHidden)
      const there = new Set(shown.map(({ group }) => group))
      const told = shown.flatMap(({ group, etag }): readonly PeerChange[] =>
        etag === null ? [] : [{ name: nameOfGroup(group), etag, origin: null }],
      )
      const lost = from.groups.filter((group) => !there.has(group))
      const gone = lost.map((group): PeerChange => ({ name: nameOfGroup(group), etag: null, origin: null }))
      for (const group of lost) if (await series.isLeft(group, callOnly(call))) there.add(group)
      return {
        ...page,
        changes: [...page.changes.filter(({ name }) => !ours.has(name)), ...told, ...gone],
        token: wrapToken(page.token, [...there]),
      }
    },

    async get(name, call = {}) {
      const group = groupOfName(name)
      return group === null ? plain.get(name, call) : series.read(group, call)
    },

    /** Whoever takes in what has changed is told of a series that has outgrown its items; who looks before a write sees what is there. */
    async *getMany(names, call = {}) {
      const others = names.filter((name) => groupOfName(name) === null)
      if (others.length > 0) yield* plain.getMany!(others, call)
      for (const name of names) {
        const group = groupOfName(name)
        if (group === null) continue
        try {
          yield { name, result: await series.read(group, call, { tells: true }) }
        } catch (error) {
          if (!(CalendarError.is(error) || RemoteError.is(error, 'item'))) throw error
          yield { name, result: error }
        }
      }
    },

    async findByOperation(operationId, call = {}) {
      return (await plain.findByOperation(operationId, call)) ?? series.find(operationId, callOnly(call))
    },

    async put(name, data, condition, call = {}) {
      const group = name === null ? null : groupOfName(name)
      if (group !== null && name !== null) {
        assertWritable(options.write)
        return series.update(group, data, condition, callOnly(call))
      }
      const found = splitter.projectPlain(data)
      if ('data' in found) {
        if (name !== null) await series.takeBack(name, callOnly(call))
        return plain.put(name, data, condition, call)
      }
      assertWritable(options.write)
      const wanted = splitter.split(data, found.reason)
      if (name !== null) return series.split(name, wanted, condition, { ...callOnly(call), reason: found.reason })
      assertCondition(condition, null)
      const fresh = call.operationId ?? `n-${digest(`${wanted.series.uid} ${options.window.now()}`)}`
      return series.make(fresh, wanted, callOnly(call))
    },

    async delete(name, condition, call = {}) {
      const group = groupOfName(name)
      if (group === null) {
        await series.takeBack(name, callOnly(call))
        return plain.delete(name, condition, call)
      }
      assertWritable(options.write)
      await series.remove(group, condition, callOnly(call))
    },

    project: splitter.project,
  }

  return { peer, holds: series.holds }
}

/** Without what belongs to one write of the caller's. */
const callOnly = ({ signal }: CallOptions): CallOptions => (signal === undefined ? {} : { signal })

const assertWritable = (write: boolean): void => {
  if (!write) throw new CalendarError('forbidden', 'the calendar is only read', { details: { reason: 'read-only' } })
}
