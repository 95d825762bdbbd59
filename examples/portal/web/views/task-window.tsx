import { useState } from 'preact/hooks'
import { type Calendar, type CalendarEvent, call, type Me } from '../api.ts'
import type { Day } from '../dates.ts'
import { shiftWall, wallMs, wallOf } from '../grid/wall.ts'
import { newUid } from '../new-uid.ts'
import { useTexts } from '../texts/index.ts'
import { CheckField, Field, TextField } from '../ui/field.tsx'
import { FormFooter } from '../ui/form-footer.tsx'
import { useAction, useFaultFocus } from '../ui/hooks.ts'
import { ErrorNote } from '../ui/note.tsx'
import { Window } from '../ui/window.tsx'
import { occurrencePath, type Scope } from './event-paths.ts'
import { ScopeWindow } from './scope-window.tsx'
import { calendarTitle } from './sidebar.tsx'

/** A task: what is to be done and, perhaps, by when. */
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
  const clock = task === null || task.allDay || task.start === '' ? '' : wallOf(task.startMs, me.timeZone)
  const first = {
    title: task?.title ?? '',
    day: clock === '' ? (task?.start ?? day) : clock.slice(0, 10),
    time: clock.slice(11, 16),
    description: task?.description ?? '',
  }
  // Of the new one: saved again after an answer that was lost, it is still one task.
  const [uid] = useState(newUid)
  const [draft, setDraft] = useState(first)
  const [done, setIsDone] = useState(task?.done ?? false)
  const [calendar, setCalendar] = useState(task?.calendar ?? calendars[0]?.id ?? '')
  const [tries, setTries] = useState(0)
  useFaultFocus(tries)
  const [asking, setAsking] = useState(false)
  const set = (patch: Partial<typeof first>) => setDraft((now) => ({ ...now, ...patch }))
  const own = calendars.find(({ id }) => id === calendar)
  const repeats = task !== null && task.recurrenceId !== null
  const fault = tries > 0 && draft.title.trim() === '' ? texts.needTitle : null

  const due = draft.day === '' ? null : draft.time === '' ? draft.day : `${draft.day}T${draft.time}`
  const title = draft.title.trim()
  const moved = draft.day !== first.day || (draft.day !== '' && draft.time !== first.time)
  const change = {
    ...(title === first.title ? {} : { title }),
    ...(draft.description === first.description ? {} : { description: draft.description }),
    ...(done === (task?.done ?? false) ? {} : { done }),
    ...(!moved
      ? {}
      : due === null
        ? { start: null }
        : draft.time === ''
          ? { allDay: true, start: due }
          : clock === '' || task === null
            ? { allDay: false, start: due, timeZone: me.timeZone }
            : // On the task's own clock, by as much as it moved on the person's.
              { allDay: false, start: shiftWall(task.start, wallMs(`${due}:00`) - wallMs(clock)) }),
  }
  const save = useAction(async (scope: Scope) => {
    setAsking(false)
    if (task === null) {
      const body = { uid, title, description: draft.description, ...(due === null ? {} : { due }) }
      await call('POST', `/calendars/${encodeURIComponent(calendar)}/tasks`, { body })
    } else if (Object.keys(change).length > 0) {
      await call('PATCH', occurrencePath(task, scope), { body: change, headers: { 'If-Match': task.etag } })
    }
    onSaved()
  })
  const submit = () => {
    setTries(tries + 1)
    if (title === '') return
    if (repeats && Object.keys(change).length > 0) setAsking(true)
    else void save.run('all')
  }

  return (
    <>
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
            <FormFooter busy={save.busy} series={repeats} onDelete={onDelete} onClose={onClose} />
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
          <Field label={grid.dueDay} {...(repeats ? {} : { hint: grid.dueDayHint })}>
            {(control) => (
              <input
                {...control}
                type="date"
                value={draft.day}
                required={repeats}
                readOnly={readOnly}
                onInput={({ currentTarget: { value } }) => (value !== '' || !repeats) && set({ day: value })}
              />
            )}
          </Field>
          <Field label={grid.dueTime} hint={grid.dueTimeHint}>
            {(control) => (
              <input
                {...control}
                type="time"
                value={draft.day === '' ? '' : draft.time}
                readOnly={readOnly}
                disabled={draft.day === ''}
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
      {asking && task !== null && (
        <ScopeWindow
          event={task}
          act="change"
          scopes={['one', 'following', 'all']}
          onClose={() => setAsking(false)}
          onChosen={(scope) => void save.run(scope)}
        />
      )}
    </>
  )
}
