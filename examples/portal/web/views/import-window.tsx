import { useEffect, useState } from 'preact/hooks'
import { ApiError, type Calendar, call, type ImportJob, upload } from '../api.ts'
import { errorText, useTexts } from '../texts/index.ts'
import { Field } from '../ui/field.tsx'
import { useAction } from '../ui/hooks.ts'
import { ErrorNote, Note } from '../ui/note.tsx'
import { useImportJob } from '../ui/use-import-job.ts'
import { Window } from '../ui/window.tsx'

/** A file on its way in: first the upload, then the work on it. */
const Progress = ({ sent, job }: { readonly sent: number | null; readonly job: ImportJob | null }) => {
  const texts = useTexts()
  const text = job === null ? texts.importUploading : texts.importRunning(job.done, job.total)
  const part = job === null ? { value: sent ?? 1, max: 1 } : { value: job.done, max: job.total ?? undefined }
  return (
    <div class="field" role="status">
      <span>{text}</span>
      <progress {...part} aria-label={text} />
    </div>
  )
}

const Outcome = ({ job }: { readonly job: ImportJob }) => {
  const texts = useTexts()
  if (job.state === 'cancelled') return <Note kind="warn">{texts.importCancelled}</Note>
  if (job.state === 'failed') {
    const { problem } = job
    const reason =
      problem === null ? '' : errorText(texts, new ApiError(problem.status, problem.code, problem.details ?? {}))
    return (
      <Note kind="err">
        <p>
          {texts.importFailed} {reason}
        </p>
      </Note>
    )
  }
  if (job.state !== 'done') return null
  return (
    <>
      <Note kind="ok">
        <p role="status">{texts.importDone(job.created, job.updated, job.unchanged)}</p>
      </Note>
      {job.refusedCount > 0 && (
        <details class="fold">
          <summary>{texts.importRefused(job.refusedCount)}</summary>
          <ul>
            {job.refused.map(({ uid, code, message }) => (
              <li key={uid}>
                {uid}: {texts.errors[code] ?? message}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

/** Import of an .ics file with its progress. */
export const ImportWindow = ({
  calendar,
  onClose,
  onDone,
}: {
  readonly calendar: Calendar
  readonly onClose: () => void
  readonly onDone: () => void
}) => {
  const texts = useTexts()
  const [file, setFile] = useState<File | null>(null)
  const [sent, setSent] = useState<number | null>(null)
  const [begun, setBegun] = useState<ImportJob | null>(null)
  const told = useImportJob(begun)
  // Of the file in this window, not of another page's.
  const job = begun !== null && told?.id === begun.id ? told : null

  const start = useAction(async () => {
    if (file === null) return
    setBegun(null)
    setSent(0)
    try {
      setBegun(await upload(`/calendars/${encodeURIComponent(calendar.id)}/import`, file, setSent))
    } finally {
      setSent(null)
    }
  })
  useEffect(() => {
    if (job !== null && job.state !== 'running') onDone()
  }, [job?.state])
  const stop = useAction(async () => {
    if (job !== null) await call('DELETE', `/imports/${encodeURIComponent(job.id)}`)
  })
  const running = sent !== null || job?.state === 'running'

  return (
    <Window
      title={texts.importTitle(calendar.name)}
      sub={texts.importSub}
      onClose={onClose}
      onSubmit={start.run}
      footer={
        <>
          {job?.state === 'running' && (
            <button type="button" class="button first" onClick={stop.run}>
              {texts.stop}
            </button>
          )}
          <button type="button" class="button" onClick={onClose}>
            {texts.close}
          </button>
          <button type="submit" class="button main" disabled={file === null || running}>
            {texts.importDo}
          </button>
        </>
      }
    >
      <Field label={texts.importPick}>
        {(control) => (
          <input
            {...control}
            type="file"
            accept=".ics,.ical,.ifb,.icalendar,text/calendar"
            onChange={({ currentTarget }) => {
              setFile(currentTarget.files?.[0] ?? null)
              setBegun(null)
            }}
          />
        )}
      </Field>
      {running && <Progress sent={sent} job={job} />}
      {job !== null && <Outcome job={job} />}
      <ErrorNote error={start.error ?? stop.error} />
    </Window>
  )
}
