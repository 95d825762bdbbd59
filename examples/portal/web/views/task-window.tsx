import { useState } from 'preact/hooks'
import { type Calendar, type CalendarEvent, call, type Me } from '../api.ts'
import { addDays, type Day } from '../dates.ts'
import { wallOf } from '../grid/wall.ts'
import { useTexts } from '../texts/index.ts'
import { CheckField, Field, TextField } from '../ui/field.tsx'
import { useAction } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { ErrorNote } from '../ui/note.tsx'
import { Window } from '../ui/window.tsx'
import { objectPath } from './event-paths.ts'
import { setDone } from './set-done.ts'
import { calendarTitle } from './sidebar.tsx'

/** A task: what is to be done and by when. */
export const TaskWindow = ({
  task,
  day,
  calendars,
  readOnly,
  me,
  onClose,
  onSaved,
  onDelete,
}: {
  /** `null` for a new one. */
  readonly task: CalendarEvent | null
  /** When a new one is due. */
  readonly day: Day
  /** Those for tasks that may be written to; of one that may not, its own. */
  readonly calendars: readonly Calendar[]
  readonly readOnly: boolean
  readonly me: Me
  readonly onClose: () => void
  readonly onSaved: () => void
  readonly onDelete: (() => void) | null
}) => {
  const texts = useTexts()
  const { grid } = texts
  const clock = task === null || task.allDay ? '' : wallOf(task.startMs, me.timeZone)
  const first = {
    title: task?.title ?? '',
    day: clock === '' ? (task?.start ?? day) : clock.slice(0, 10),
    time: clock.slice(11, 16),
    description: task?.description ?? '',
  }
  const [draft, setDraft] = useState(first)
  const [done, setIsDone] = useState(task?.done ?? false)
  const [calendar, setCalendar] = useState(task?.calendar ?? calendars[0]?.id ?? '')
  const [checked, setChecked] = useState(false)
  const set = (patch: Partial<typeof first>) => setDraft((now) => ({ ...now, ...patch }))
  const own = calendars.find(({ id }) => id === calendar)
  const repeats = task !== null && task.recurrenceId !== null
  const fault = checked && draft.title.trim() === '' ? texts.needTitle : null

  const save = useAction(async () => {
    const due = draft.time === '' ? draft.day : `${draft.day}T${draft.time}`
    const title = draft.title.trim()
    if (task === null) {
      const body = { title, description: draft.description, due }
      await call('POST', `/calendars/${encodeURIComponent(calendar)}/tasks`, { body })
    } else {
      const moved = draft.day !== first.day || draft.time !== first.time
      const times =
        draft.time === ''
          ? { allDay: true, start: draft.day, end: addDays(draft.day, 1) }
          : { allDay: false, start: due, end: due, timeZone: me.timeZone }
      const body = {
        ...(title === first.title ? {} : { title }),
        ...(draft.description === first.description ? {} : { description: draft.description }),
        ...(moved ? times : {}),
      }
      if (Object.keys(body).length > 0) {
        await call('PATCH', objectPath(task), { body, headers: { 'If-Match': task.etag } })
      }
      if (done !== task.done) await setDone(task, done)
    }
    onSaved()
  })
  const submit = () => {
    setChecked(true)
    if (draft.title.trim() !== '') void save.run()
    else document.querySelector<HTMLElement>('dialog[open] [aria-invalid=true]')?.focus()
  }

  return (
    <Window
      title={task === null ? grid.newTask : grid.task}
      onClose={onClose}
      {...(readOnly ? {} : { onSubmit: submit })}
      footer={
        readOnly ? (
          <button type="button" class="button" onClick={onClose}>
            {texts.close}
          </button>
        ) : (
          <>
            {onDelete !== null && (
              <button type="button" class="button danger first" onClick={onDelete}>
                <Icon name="trash" />
                {repeats ? grid.deleteAsk : grid.deleteDo}
              </button>
            )}
            <button type="button" class="button" onClick={onClose}>
              {texts.cancel}
            </button>
            <button type="submit" class="button main" disabled={save.busy}>
              {texts.save}
            </button>
          </>
        )
      }
    >
      {readOnly && (
        <p class="sub">
          <strong>{texts.readOnly}</strong> {grid.readOnlyWhy}
        </p>
      )}
      {task !== null && <CheckField label={grid.isDone} checked={done} onChange={setIsDone} disabled={readOnly} />}
      <TextField
        label={texts.title}
        value={draft.title}
        onInput={(title) => set({ title })}
        fault={fault}
        autofocus
        readOnly={readOnly}
        maxLength={1000}
      />
      <div class="pair">
        <Field label={grid.dueDay} {...(repeats ? { hint: grid.taskRepeats } : {})}>
          {(control) => (
            <input
              {...control}
              type="date"
              value={draft.day}
              required
              readOnly={readOnly || repeats}
              onInput={({ currentTarget: { value } }) => value !== '' && set({ day: value })}
            />
          )}
        </Field>
        <Field label={grid.dueTime} hint={grid.dueTimeHint}>
          {(control) => (
            <input
              {...control}
              type="time"
              value={draft.time}
              readOnly={readOnly || repeats}
              onInput={({ currentTarget: { value } }) => set({ time: value })}
            />
          )}
        </Field>
      </div>
      <Field label={texts.calendar}>
        {(control) =>
          task === null ? (
            <select {...control} value={calendar} onChange={({ currentTarget }) => setCalendar(currentTarget.value)}>
              {calendars.map((one) => (
                <option key={one.id} value={one.id}>
                  {calendarTitle(one, me)}
                </option>
              ))}
            </select>
          ) : (
            <input {...control} readOnly value={own === undefined ? '' : calendarTitle(own, me)} />
          )
        }
      </Field>
      <Field label={texts.description}>
        {(control) => (
          <textarea
            {...control}
            readOnly={readOnly}
            value={draft.description}
            onInput={({ currentTarget }) => set({ description: currentTarget.value })}
          />
        )}
      </Field>
      <ErrorNote error={save.error} />
    </Window>
  )
}
