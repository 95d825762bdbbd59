import type { CallOptions, Transaction } from '@dayport/core'
import type { Connection } from './client.ts'
import type { Connections } from './open-connections.ts'
import { countCommit } from './shared-reads.ts'

/** Most units of work in one COMMIT: what a waiting writer may have to wait for at most. */
const maxGroup = 64

interface Job {
  readonly signal: AbortSignal | undefined
  /** Runs the work, and tells how to settle its caller once the group is on disk. */
  run(tx: Transaction): Promise<{ readonly failed: boolean; readonly settle: () => void }>
  reject(error: unknown): void
}

/** Units of work, one after another, on the one writing connection. */
export interface UnitQueue {
  run<T>(work: (tx: Transaction) => Promise<T>, call?: CallOptions): Promise<T>
  /** @throws {TypeError} when the unit of work has ended or is another store's. */
  assertOpen(tx: Transaction): void
  /** Resolves when everything asked for before has ended; later calls are refused. */
  close(): Promise<void>
}

/**
 * Waiting units share one COMMIT, so that many writers cost few waits for the disk: each runs in a savepoint of its own, and
 * nobody is answered before the commit, neither with a result nor with an error that may rest on a neighbour's write.
 */
export const createUnitQueue = ({ writer, reader }: Pick<Connections, 'writer' | 'reader'>): UnitQueue => {
  const waiting: Job[] = []
  let current: Transaction | null = null
  let draining: Promise<void> | null = null
  let closed = false

  const runJob = async (job: Job): Promise<() => void> => {
    writer.exec('SAVEPOINT unit')
    current = Object.freeze({}) as Transaction
    const end = await job.run(current)
    current = null
    writer.exec(end.failed ? 'ROLLBACK TO unit; RELEASE unit' : 'RELEASE unit')
    return end.settle
  }

  /** One transaction. Any error of the database itself fails the whole group: nothing of it was promised yet. */
  const runGroup = async (jobs: readonly Job[]): Promise<void> => {
    const settlers: (() => void)[] = []
    try {
      // A reader that never lets go would keep the log from beginning anew, and it would grow for ever.
      reader.renew()
      writer.exec('BEGIN IMMEDIATE')
      for (const job of jobs) {
        if (job.signal?.aborted) settlers.push(() => job.reject(job.signal?.reason))
        else settlers.push(await runJob(job))
      }
      writer.exec('COMMIT')
      countCommit()
    } catch (error) {
      current = null
      rollback(writer)
      for (const job of jobs) job.reject(error)
      return
    }
    for (const settle of settlers) settle()
  }

  const drain = async (): Promise<void> => {
    await null // those who ask in this same turn belong to one group
    while (waiting.length > 0) await runGroup(waiting.splice(0, maxGroup))
    draining = null
  }

  return {
    run: <T>(work: (tx: Transaction) => Promise<T>, call?: CallOptions) =>
      new Promise<T>((resolve, reject) => {
        if (closed) return reject(new TypeError('the store is closed'))
        if (call?.signal?.aborted) return reject(call.signal.reason)
        waiting.push({
          signal: call?.signal,
          reject,
          async run(tx) {
            try {
              const result = await work(tx)
              return { failed: false, settle: () => resolve(result) }
            } catch (error) {
              return { failed: true, settle: () => reject(error) }
            }
          },
        })
        draining ??= drain()
      }),
    assertOpen: (tx) => {
      if (tx !== current) throw new TypeError('the unit of work has ended, or is another store’s')
    },
    close: async () => {
      closed = true
      await draining
    },
  }
}

const rollback = (writer: Connection): void => {
  try {
    writer.exec('ROLLBACK')
  } catch {
    // SQLite itself has rolled back, as it does when the disk is full: there is nothing left to undo.
  }
}
