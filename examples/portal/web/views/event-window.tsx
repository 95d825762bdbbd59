import { useState } from 'preact/hooks'
import { ApiError, type Calendar, type CalendarEvent, call, eventFile, followImport, upload } from '../api.ts'
import type { Day } from '../dates.ts'
import { draftOf, type EventDraft, emptyDraft, isBackwards, toNewEvent, toPatch } from '../event-draft.ts'
import { useTexts } from '../texts/index.ts'
import { CheckField, Field, TextField } from '../ui/field.tsx'
import { useAction } from '../ui/hooks.ts'
import { ErrorNote, Note } from '../ui/note.tsx'
import { Window } from '../ui/window.tsx'

const repeats = ['', 'FREQ=DAILY', 'FREQ=WEEKLY', 'FREQ=MONTHLY', 'FREQ=YEARLY'] as const

const objectPath = ({ calendar, object }: CalendarEvent): string =>
  `/calendars/${encodeURIComponent(calendar)}/events/${encodeURIComponent(object)}`

/** One event: a new one, or one to be read, changed and deleted. */
export const EventWindow = ({
  event,
  day,
  calendars,
  onClose,
  onDone,
}: {
  /** `null` for a new one. */
  readonly event: CalendarEvent | null
  readonly day: Day
  readonly calendars: readonly Calendar[]
  readonly onClose: () => void
  /** `undo` takes the change back. */
  readonly onDone: (message: string, undo?: () => Promise<void>) => void
}) => {
  const texts = useTexts()
  const writable = calendars.filter(
    ({ level, components }) => (level === 'write' || level === 'owner') && components.includes('VEVENT'),
  )
  const [before] = useState<EventDraft>(() =>
    event === null ? emptyDraft(writable[0]?.id ?? '', day) : draftOf(event),
  )
  const [draft, setDraft] = useState(before)
  const [scope, setScope] = useState<'one' | 'all'>('one')
  const [checked, setChecked] = useState(false)
  const set = (patch: Partial<EventDraft>) => setDraft((now) => ({ ...now, ...patch }))

  const readOnly = event !== null && !writable.some(({ id }) => id === event.calendar)
  const series = event !== null && event.recurrenceId !== null
  // The times in the form are those of this occurrence, also when the whole series is meant.
  const occurrence = series ? `?recurrenceId=${encodeURIComponent(event.recurrenceId ?? '')}&scope=${scope}` : ''
  const titleFault = checked && draft.title.trim() === '' ? texts.needTitle : null
  const endFault = checked && isBackwards(draft) ? texts.endBeforeStart : null

  const save = useAction(async (force: boolean) => {
    setChecked(true)
    if (draft.title.trim() === '' || isBackwards(draft)) return
    if (event === null) {
      await call('POST', `/calendars/${encodeURIComponent(draft.calendar)}/events`, { body: toNewEvent(draft) })
    } else {
      const headers = force ? {} : { 'If-Match': event.etag }
      await call('PATCH', `${objectPath(event)}${occurrence}`, { body: toPatch(before, draft), headers })
    }
    onDone(texts.eventSaved)
  })
  const remove = useAction(async () => {
    if (event === null) return
    const file = await eventFile(objectPath(event))
    await call('DELETE', `${objectPath(event)}${occurrence}`)
    onDone(texts.eventDeleted, async () => {
      const job = await upload(`/calendars/${encodeURIComponent(event.calendar)}/import`, file, () => {})
      await followImport(job, () => {}, new AbortController().signal)
    })
  })
  const newer = save.error instanceof ApiError && save.error.code === 'precondition-failed'

  const time = (label: string, end: boolean, fault: string | null) => {
    const dayKey = end ? 'endDay' : 'startDay'
    const timeKey = end ? 'endTime' : 'startTime'
    const input = (value: string, onInput: (value: string) => void, type: 'date' | 'time', name: string) => (
      <input
        type={type}
        value={value}
        required
        readOnly={readOnly}
        aria-label={`${label}: ${name}`}
        aria-invalid={fault === null ? undefined : 'true'}
        onInput={(change) => onInput(change.currentTarget.value)}
      />
    )
    const setDay = (value: string) => {
      // Moving the start takes the end along when it would come before.
      if (end || value <= draft.endDay) set({ [dayKey]: value })
      else set({ startDay: value, endDay: value })
    }
    return (
      <div class="field">
        <span class="label">{label}</span>
        <div class={draft.allDay ? '' : 'pair'}>
          {input(draft[dayKey], setDay, 'date', texts.date)}
          {!draft.allDay && input(draft[timeKey], (value) => set({ [timeKey]: value }), 'time', texts.time)}
        </div>
        {fault !== null && <p class="fault">{fault}</p>}
      </div>
    )
  }

  const zone = draft.timeZone === null ? texts.zoneFloating : draft.timeZone ? texts.zoneNote(draft.timeZone) : null
  return (
    <Window
      title={event === null ? texts.newEvent : texts.event}
      onClose={onClose}
      {...(readOnly ? {} : { onSubmit: () => save.run(false) })}
      footer={
        readOnly ? (
          <button type="button" class="button" onClick={onClose}>
            {texts.close}
          </button>
        ) : (
          <>
            {event !== null && (
              <button type="button" class="button danger first" disabled={remove.busy} onClick={remove.run}>
                {texts.deleteIt}
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
        <Note kind="warn">
          <p>{texts.readOnly}</p>
        </Note>
      )}
      <TextField
        label={texts.title}
        value={draft.title}
        onInput={(title) => set({ title })}
        fault={titleFault}
        autofocus={!readOnly}
        readOnly={readOnly}
        maxLength={1000}
      />
      <CheckField
        label={texts.allDay}
        checked={draft.allDay}
        disabled={readOnly}
        onChange={(allDay) => set({ allDay })}
      />
      <div class="pair">
        {time(texts.start, false, null)}
        {time(texts.end, true, endFault)}
      </div>
      {zone !== null && !draft.allDay && <p class="sub">{zone}</p>}
      {event === null && (
        <Field label={texts.calendar}>
          {(control) => (
            <select
              {...control}
              value={draft.calendar}
              onChange={(change) => set({ calendar: change.currentTarget.value })}
            >
              {writable.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {(!series || scope === 'all') && (
        <Field label={texts.repeat}>
          {(control) => (
            <select
              {...control}
              value={draft.repeat}
              disabled={readOnly}
              onChange={(change) => set({ repeat: change.currentTarget.value })}
            >
              <option value="">{texts.repeatNone}</option>
              <option value="FREQ=DAILY">{texts.repeatDaily}</option>
              <option value="FREQ=WEEKLY">{texts.repeatWeekly}</option>
              <option value="FREQ=MONTHLY">{texts.repeatMonthly}</option>
              <option value="FREQ=YEARLY">{texts.repeatYearly}</option>
              {!(repeats as readonly string[]).includes(before.repeat) && (
                <option value={before.repeat}>{texts.repeatKept}</option>
              )}
            </select>
          )}
        </Field>
      )}
      <TextField label={texts.place} value={draft.place} readOnly={readOnly} onInput={(place) => set({ place })} />
      <Field label={texts.description}>
        {(control) => (
          <textarea
            {...control}
            value={draft.description}
            readOnly={readOnly}
            onInput={(change) => set({ description: change.currentTarget.value })}
          />
        )}
      </Field>
      {series && !readOnly && (
        <fieldset class="field">
          <legend class="label">{texts.scope}</legend>
          {(['one', 'all'] as const).map((value) => (
            <label key={value} class="choice">
              <input type="radio" name="scope" checked={scope === value} onChange={() => setScope(value)} />
              <span>{value === 'one' ? texts.scopeOne : texts.scopeAll}</span>
            </label>
          ))}
        </fieldset>
      )}
      {newer ? (
        <Note kind="warn">
          <p>{texts.newer}</p>
          <div class="row">
            <button type="button" class="button" onClick={onClose}>
              {texts.takeTheirs}
            </button>
            <button type="button" class="button" onClick={() => save.run(true)}>
              {texts.keepMine}
            </button>
          </div>
        </Note>
      ) : (
        <ErrorNote error={save.error ?? remove.error} />
      )}
    </Window>
  )
}
