import { useEffect, useState } from 'preact/hooks'
import { call, type ImportJob } from '../api.ts'
import { useTexts } from '../texts/index.ts'
import { useAction } from '../ui/hooks.ts'
import { useImportJob } from '../ui/use-import-job.ts'

const shownAfterMs = 300

/** How an import ended, in one sentence. */
const useOutcome = () => {
  const texts = useTexts()
  return (job: ImportJob): string => {
    if (job.state === 'cancelled') return texts.importCancelled
    if (job.state === 'failed') return texts.importFailed
    const refused = job.refusedCount > 0 ? ` ${texts.importRefused(job.refusedCount)}.` : ''
    return `${texts.importDone(job.created, job.updated, job.unchanged)}${refused}`
  }
}

/** An import whose window was closed goes on: how far it is, a way to stop it, and its end as a short message. */
export const ImportProgress = ({
  hidden,
  onEnded,
}: {
  /** The window that began it is open and says the same. */
  readonly hidden: boolean
  readonly onEnded: (message: string) => void
}) => {
  const texts = useTexts()
  const outcome = useOutcome()
  const job = useImportJob(null)
  const running = job?.state === 'running' ? job.id : null
  // Of a short one, such as taking a deletion back, nothing is said.
  const [shown, setShown] = useState<string | null>(null)
  const stop = useAction(async () => {
    if (job !== null) await call('DELETE', `/imports/${encodeURIComponent(job.id)}`)
  })
  useEffect(() => {
    if (running === null) return
    const timer = setTimeout(() => setShown(running), shownAfterMs)
    return () => clearTimeout(timer)
  }, [running])
  useEffect(() => {
    if (job !== null && job.id === shown && running === null && !hidden) onEnded(outcome(job))
  }, [running])
  if (hidden || job === null || running === null || shown !== running) return null
  const text = texts.importRunning(job.done, job.total)
  return (
    <section class="work" aria-label={texts.importRun}>
      <span>{text}</span>
      <progress value={job.done} max={job.total ?? undefined} aria-label={texts.importRun} />
      <button type="button" class="button plain link" disabled={stop.busy} onClick={() => void stop.run()}>
        {texts.stop}
      </button>
    </section>
  )
}
