import { CalendarError, type CalendarId, type Principal } from '@dayport/core'
import type { CalendarService } from '@dayport/core/service'
import type { z } from 'zod'
import type { ImportJob as ImportJobSchema } from './api/schemas.ts'
import { problemOf } from './problem.ts'
import type { Upload } from './uploads.ts'

type State = z.input<typeof ImportJobSchema>

/** Refusals told one by one; the rest is counted. */
const maxRefusalsTold = 100
/** Finished jobs are kept this long for whoever asks. */
const keepMs = 3_600_000
/** Steps are told no more often than this. */
const tellEveryMs = 200
/** Jobs that run at the same time: of one person, and in the whole process. Only these hold their files in memory. */
const maxRunningOfOne = 2
const maxRunning = 8

/** One file on its way in. */
export interface ImportJob {
  readonly id: string
  state(): State
  cancel(): void
}

interface Held {
  readonly person: string
  readonly job: ImportJob
  readonly finished: Promise<void>
  endedMs: number | null
}

export type ImportJobs = ReturnType<typeof createImportJobs>

/** Imports run beside the request that brought the file, so that a page can show progress and leave. */
export const createImportJobs = (parts: {
  readonly service: CalendarService
  readonly now: () => number
  readonly newId: () => string
  /** Hears how far a person's job is: its beginning, a few times a second, and its end. */
  readonly onState: (person: string, state: State) => void
  readonly onError: (error: unknown) => void
}) => {
  const { service, now, newId } = parts
  const held = new Map<string, Held>()

  const sweep = (): void => {
    for (const [id, { endedMs }] of held) if (endedMs !== null && endedMs + keepMs <= now()) held.delete(id)
  }

  const running = (person?: string): number => {
    let count = 0
    for (const one of held.values())
      if (one.endedMs === null && (person === undefined || one.person === person)) count += 1
    return count
  }

  /** @throws {CalendarError} `limit-exceeded` while too many run. */
  const start = (input: {
    readonly who: Principal
    readonly calendar: CalendarId
    /** Is discarded when the job ends, and when it is refused. */
    readonly file: Upload
    readonly contentType: string
    readonly mode: 'replace' | 'skip'
  }): ImportJob => {
    sweep()
    if (running(input.who.id) >= maxRunningOfOne || running() >= maxRunning) {
      input.file.discard().catch(parts.onError)
      throw new CalendarError('limit-exceeded', 'Another import is still running')
    }
    const abort = new AbortController()
    let toldMs = Number.NEGATIVE_INFINITY
    let state: State = {
      id: newId(),
      calendar: input.calendar,
      state: 'running',
      done: 0,
      total: null,
      created: 0,
      updated: 0,
      unchanged: 0,
      skipped: 0,
      refused: [],
      refusedCount: 0,
      problem: null,
    }
    const update = (patch: Partial<State>): void => {
      state = { ...state, ...patch }
      // The first and the last step are always told.
      if (state.state === 'running' && now() - toldMs < tellEveryMs) return
      toldMs = now()
      parts.onState(input.who.id, state)
    }

    const run = async (): Promise<void> => {
      try {
        const report = await service.importCalendar(input.who, input.calendar, await input.file.read(), {
          mode: input.mode,
          contentType: input.contentType,
          origin: { door: 'import', operation: state.id },
          signal: abort.signal,
          onProgress: ({ done, total }) => update({ done, total }),
        })
        update({
          state: 'done',
          created: report.created,
          updated: report.updated,
          unchanged: report.unchanged,
          skipped: report.skipped,
          refused: report.refused.slice(0, maxRefusalsTold).map(({ uid, code, message }) => ({ uid, code, message })),
          refusedCount: report.refused.length,
        })
      } catch (error) {
        if (abort.signal.aborted) return update({ state: 'cancelled' })
        const problem = problemOf(error)
        if (problem === null) parts.onError(error)
        const unknown = { type: 'about:blank', title: 'Something broke', status: 500, code: 'internal' }
        update({ state: 'failed', problem: problem ?? unknown })
      }
    }

    const job: ImportJob = { id: state.id, state: () => state, cancel: () => abort.abort() }
    const entry: Held = {
      person: input.who.id,
      job,
      endedMs: null,
      finished: run()
        .finally(() => input.file.discard().catch(parts.onError))
        .finally(() => (entry.endedMs = now())),
    }
    held.set(job.id, entry)
    return job
  }

  return {
    start,

    /** `null` when absent or another person's. */
    get: (id: string, person: string): ImportJob | null => {
      const entry = held.get(id)
      return entry === undefined || entry.person !== person ? null : entry.job
    },

    /** Stops all jobs between two steps and waits for them: each object is in whole or not at all. */
    close: async (): Promise<void> => {
      for (const { job } of held.values()) job.cancel()
      await Promise.all([...held.values()].map(({ finished }) => finished))
    },
  }
}
