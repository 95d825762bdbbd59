import { useEffect, useRef, useState } from 'preact/hooks'
import { call, type ImportJob } from '../api.ts'

/** Told to whoever follows an import: a step of it, or that steps may have been missed. */
const jobEvent = 'dayport-job'

/** Passes a step of an import on; `null` when steps may have been missed. */
export const tellJob = (job: ImportJob | null): void => {
  dispatchEvent(new CustomEvent(jobEvent, { detail: job }))
}

const ask = (id: string): Promise<ImportJob> => call<ImportJob>('GET', `/imports/${encodeURIComponent(id)}`)

/**
 * The person's import, as the line of changes tells it: also one that another window or page began. An import that ended stays until
 * another begins.
 *
 * @param first an import that is known already; its state is asked for once, since its end may have been told before.
 */
export const useImportJob = (first: ImportJob | null): ImportJob | null => {
  const [job, setJob] = useState<ImportJob | null>(null)
  const latest = useRef<ImportJob | null>(null)
  const take = (next: ImportJob): void => {
    const now = latest.current
    // Steps come by two ways, and an end is never taken back.
    if (now?.id === next.id && (now.state !== 'running' || now.done > next.done)) return
    latest.current = next
    setJob(next)
  }
  const look = (id: string) => void ask(id).then(take, () => undefined)
  useEffect(() => {
    const hear = (event: Event) => {
      const told = (event as CustomEvent<ImportJob | null>).detail
      if (told !== null) take(told)
      else if (latest.current?.state === 'running') look(latest.current.id)
    }
    addEventListener(jobEvent, hear)
    return () => removeEventListener(jobEvent, hear)
  }, [])
  useEffect(() => {
    if (first === null) return
    take(first)
    look(first.id)
  }, [first?.id])
  return job
}
