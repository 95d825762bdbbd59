import type { CalendarPeer } from '@dayport/core'
import { createAuthorize, createCalendarService } from '@dayport/core/service'
import { createSyncEngine, defaultSyncPolicy, peerFromStore } from '@dayport/sync-engine'
import { createSimulatedMailbox, eventBytes } from '@dayport/testkit'
import { describe, expect, it } from 'vitest'
import { openSqliteStore } from './open-sqlite-store.ts'

const total = 10_000
const ann = { id: 'ann', groups: [] }

describe('a first synchronisation of 10 000 events into SQLite (sync-engine.md §9.8)', () => {
  it('reads each event once, ten in a request, holds no more than a page, and goes on where it was stopped', async () => {
    let nowMs = Date.UTC(2026, 2, 1)
    const now = (): number => nowMs
    const store = openSqliteStore(':memory:', { now })
    const service = createCalendarService({ store, authorize: createAuthorize(store), now })
    const calendar = (await service.createCalendar(ann, { owner: 'ann', name: 'work' })).id
    const mailbox = createSimulatedMailbox({ now, batchSize: 10, pageSize: 512 })
    for (let i = 0; i < total; i += 1) mailbox.create(eventBytes({ uid: `u${i}`, summary: `E${i}` }))

    await store.syncState.putConnection({
      id: 'c',
      backend: 'simulated',
      settings: '{}',
      policy: defaultSyncPolicy,
      enabled: true,
      createdMs: nowMs,
    })
    const cursor = { token: null, listed: false, audit: false }
    await store.syncState.createBinding({
      id: 'b',
      connection: 'c',
      principal: 'ann',
      calendar,
      mailbox: 'm',
      remote: 'r',
      enabled: true,
      createdMs: nowMs,
      phase: 'initial',
      generation: 1,
      portalCursor: cursor,
      remoteCursor: cursor,
      window: null,
      waiting: null,
      confirmed: { createPortal: total, createRemote: 0, deletePortal: 0, deleteRemote: 0 },
      error: null,
      lastSuccessMs: null,
      lastChanges: 0,
    })

    // What the engine has in hand at once: names of a page, contents of a reading.
    const most = { names: 0, contents: 0 }
    const remote: CalendarPeer = {
      ...mailbox.peer,
      changes: async (...args) => {
        const page = await mailbox.peer.changes(...args)
        most.names = Math.max(most.names, page.changes.length)
        return page
      },
      getMany: (names, options) => {
        most.contents = Math.max(most.contents, names.length)
        return mailbox.peer.getMany!(names, options)
      },
    }
    const engine = createSyncEngine({
      storage: { state: store.syncState, transaction: service.transaction },
      now,
      limits: { feedSize: 512, readSize: 50 },
      onError: (error) => {
        throw error
      },
    })
    const peers = { portal: peerFromStore({ service, calendar, who: ann, connection: 'c' }), remote }

    const abort = new AbortController()
    const first = await engine.run('b', peers, {
      trigger: 'first',
      signal: abort.signal,
      onProgress: (done) => {
        if (done === 3_000) abort.abort()
      },
    })
    expect(first).toMatchObject({ kind: 'run', run: { outcome: 'stopped', counts: { createdPortal: 3_000 } } })
    const asked = mailbox.traffic.requests
    // 20 pages of names, 1 000 readings of ten: the least that this mailbox allows.
    expect(asked).toBe(Math.ceil(total / 512) + total / 10)

    nowMs += 60_000
    const second = await engine.run('b', peers, { trigger: 'manual' })
    expect(second).toMatchObject({
      kind: 'run',
      againMs: null,
      run: { outcome: 'done', counts: { createdPortal: 7_000 } },
    })
    expect(mailbox.traffic.requests - asked).toBe(1)
    expect(mailbox.traffic.writes).toBe(0)
    expect(await store.syncState.countLinks('b', ['ok'])).toBe(total)
    expect(await store.syncState.countInbox('b', {})).toBe(0)
    expect((await service.changes(ann, calendar, null)).changes).toHaveLength(total)
    expect(most).toEqual({ names: 512, contents: 50 })
    await store.close()
  }, 300_000)
})
