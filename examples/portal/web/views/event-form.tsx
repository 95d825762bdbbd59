import { useRef, useState } from 'preact/hooks'
import { ApiError, type Calendar, type CalendarEvent, call, type EventDetail, type Me } from '../api.ts'
import { eventColors, hueOf } from '../colors.ts'
import {
  draftOf,
  type EventDraft,
  endAfter,
  isBackwards,
  isIncomplete,
  lengthOf,
  toNewEvent,
  toPatch,
} from '../event-draft.ts'
import { newUid } from '../new-uid.ts'
import { offeredRules, readRule, ruleWords, writeRule } from '../rule-words.ts'
import { useTexts } from '../texts/index.ts'
import { CheckField, Field, TextField } from '../ui/field.tsx'
import { FormFooter } from '../ui/form-footer.tsx'
import { useAction, useFaultFocus } from '../ui/hooks.ts'
import { ErrorNote } from '../ui/note.tsx'
import { Window } from '../ui/window.tsx'
import { occurrencePath, type Scope } from './event-paths.ts'
import { EventPeople, useEventPeople } from './event-people.tsx'
import { NewerNote } from './newer-note.tsx'
import { ScopeWindow } from './scope-window.tsx'
import { calendarTitle } from './sidebar.tsx'

const reminders = [null, 0, 5, 10, 15, 30, 60, 120, 1440, 10_080] as const

const zoneNames = (): readonly string[] => Intl.supportedValuesOf('timeZone')

/** One event to be written: a new one, or one that is changed. */
export const EventForm = ({
  event,
  first,
  calendars,
  me,
  onClose,
  onSaved,
  onDelete,
  onTask,
}: {
  /** `null` for a new one. */
  readonly event: CalendarEvent | null
  readonly first: EventDraft
  /** Those that may be written to. */
  readonly calendars: readonly Calendar[]
  readonly me: Me
  readonly onClose: () => void
  readonly onSaved: () => void
  readonly onDelete: (() => void) | null
  /** Makes a task instead; `null` where that cannot be. */
  readonly onTask: (() => void) | null
}) => {
  const texts = useTexts()
  const { grid } = texts
  const [before] = useState(first)
  // Of the new one: saved again after an answer that was lost, it is still one event.
  const [uid] = useState(newUid)
  const [draft, setDraft] = useState(first)
  const [tries, setTries] = useState(0)
  const checked = tries > 0
  const [asking, setAsking] = useState(false)
  const [etag, setEtag] = useState(event?.etag ?? null)
  const [theirs, setTheirs] = useState<EventDetail | null>(null)
  // How much of the series the person meant, should the first try come second.
  const [asked, setAsked] = useState<Scope>('all')
  const set = (patch: Partial<EventDraft>) => setDraft((now) => ({ ...now, ...patch }))
  // Moving the start takes the end along, also over what a half-typed date says on its way.
  const length = useRef<number | null>(null)
  length.current = lengthOf(draft) ?? length.current
  useFaultFocus(tries)
  const series = event !== null && event.recurrenceId !== null
  const titleFault = checked && draft.title.trim() === '' ? texts.needTitle : null
  const timeFault = (end: boolean): string | null => {
    if (!checked) return null
    if (isIncomplete(draft, end)) return grid.needTime
    return end && !isIncomplete(draft, false) && isBackwards(draft) ? texts.endBeforeStart : null
  }
  const rule = readRule(draft.repeat)
  const calendar = calendars.find(({ id }) => id === draft.calendar)
  const people = useEventPeople(event, etag, draft)

  const save = useAction(async (scope: Scope, over: string | null) => {
    setAsking(false)
    setAsked(scope)
    if (event === null) {
      await call('POST', `/calendars/${encodeURIComponent(draft.calendar)}/events`, {
        body: { ...toNewEvent(draft), uid },
      })
      return onSaved()
    }
    // Over what was shown, and over nothing newer still.
    const expected = over ?? etag
    const headers = expected === null ? {} : { 'If-Match': expected }
    const patch = toPatch(before, draft)
    try {
      await call('PATCH', occurrencePath(event, scope), { body: patch, headers })
    } catch (error) {
      // Somebody was faster: their state is fetched, so that both can be told and laid side by side.
      if (!(error instanceof ApiError) || error.code !== 'precondition-failed') throw error
      const now = await call<EventDetail>('GET', occurrencePath(event))
      // It was this form, whose answer was lost.
      const missing = toPatch(draftOf(now, me.timeZone), draft)
      if (Object.keys(patch).every((key) => !(key in missing))) return onSaved()
      setTheirs(now)
      throw error
    }
    onSaved()
  })
  /** Mine beside theirs: an event of its own, with what the form shows. */
  const saveCopy = useAction(async () => {
    const invites = people.organizer === null || people.organizer.me
    const body = toNewEvent({
      ...draft,
      attendees: invites ? people.attendees.map(({ answer: _, ...one }) => one) : [],
    })
    await call('POST', `/calendars/${encodeURIComponent(draft.calendar)}/events`, {
      body: { ...body, uid },
    })
    onSaved()
  })
  const submit = () => {
    setTries(tries + 1)
    const isReady = !isIncomplete(draft, false) && !isIncomplete(draft, true) && !isBackwards(draft)
    if (draft.title.trim() === '' || !isReady) return
    if (series && Object.keys(toPatch(before, draft)).length > 0) setAsking(true)
    else void save.run('all', null)
  }

  const time = (end: boolean) => {
    const label = end ? texts.end : texts.start
    const [dayKey, timeKey] = end ? (['endDay', 'endTime'] as const) : (['startDay', 'startTime'] as const)
    const fault = timeFault(end)
    const input = (type: 'date' | 'time', value: string, name: string, onInput: (value: string) => void) => (
      <input
        type={type}
        value={value}
        required
        aria-label={`${label}: ${name}`}
        aria-invalid={fault === null ? undefined : 'true'}
        onInput={(change) => onInput(change.currentTarget.value)}
      />
    )
    const change = (patch: Partial<EventDraft>) => {
      if (end) set(patch)
      else setDraft((now) => ({ ...now, ...patch, ...endAfter({ ...now, ...patch }, length.current) }))
    }
    return (
      <div class="field">
        <span class="label">{label}</span>
        <div class={draft.allDay ? '' : 'pair'}>
          {input('date', draft[dayKey], texts.date, (value) => change({ [dayKey]: value }))}
          {!draft.allDay && input('time', draft[timeKey], texts.time, (value) => change({ [timeKey]: value }))}
        </div>
        {fault !== null && <p class="fault">{fault}</p>}
      </div>
    )
  }

  return (
    <>
      <Window
        title={event === null ? texts.newEvent : grid.editEvent}
        wide
        onClose={onClose}
        onSubmit={submit}
        footer={
          <FormFooter busy={save.busy} series={series} onDelete={onDelete} onClose={onClose}>
            {onTask !== null && (
              <button type="button" class="button plain link first" onClick={onTask}>
                {grid.taskInstead}
              </button>
            )}
          </FormFooter>
        }
      >
        {theirs !== null && (
          <NewerNote
            theirs={theirs}
            before={before}
            draft={draft}
            zone={me.timeZone}
            onTake={() => {
              setDraft(draftOf(theirs, me.timeZone))
              setEtag(theirs.etag)
              setTheirs(null)
            }}
            onKeep={() => void save.run(asked, theirs.etag)}
            onBoth={series ? null : () => void saveCopy.run()}
          />
        )}
        <TextField
          label={texts.title}
          value={draft.title}
          onInput={(title) => set({ title })}
          fault={titleFault}
          autofocus
          maxLength={1000}
        />
        <div class="pair">
          {time(false)}
          {time(true)}
        </div>
        <CheckField label={texts.allDay} checked={draft.allDay} onChange={(allDay) => set({ allDay })} />
        <div class="triple">
          {!draft.allDay && (
            <Field label={grid.zoneHere}>
              {(control) => (
                <select
                  {...control}
                  value={draft.timeZone === null ? '' : (draft.timeZone ?? me.timeZone)}
                  onChange={({ currentTarget: { value } }) => set({ timeZone: value === '' ? null : value })}
                >
                  <option value={me.timeZone}>{me.timeZone}</option>
                  {before.timeZone && before.timeZone !== me.timeZone && (
                    <option value={before.timeZone}>{before.timeZone}</option>
                  )}
                  <option value="">{grid.zoneFloating}</option>
                  {zoneNames()
                    .filter((name) => name !== me.timeZone && name !== before.timeZone)
                    .map((name) => (
                      <option key={name} value={name}>
                        {name}
                      </option>
                    ))}
                </select>
              )}
            </Field>
          )}
          <Field label={texts.repeat}>
            {(control) => (
              <select
                {...control}
                value={rule.base}
                onChange={({ currentTarget: { value } }) =>
                  set({ repeat: writeRule({ base: value, until: rule.until }, draft.allDay) })
                }
              >
                <option value="">{texts.repeatNone}</option>
                {offeredRules.map((one) => (
                  <option key={one} value={one}>
                    {ruleWords(one, texts)}
                  </option>
                ))}
                {rule.base !== '' && !(offeredRules as readonly string[]).includes(rule.base) && (
                  <option value={rule.base}>{ruleWords(rule.base, texts)}</option>
                )}
              </select>
            )}
          </Field>
          {rule.base !== '' && rule.count === null && (
            <Field label={grid.repeatUntil} hint={rule.until === null ? grid.repeatForever : ''}>
              {(control) => (
                <input
                  {...control}
                  type="date"
                  value={rule.until ?? ''}
                  onInput={({ currentTarget: { value } }) =>
                    set({ repeat: writeRule({ base: rule.base, until: value === '' ? null : value }, draft.allDay) })
                  }
                />
              )}
            </Field>
          )}
          <Field label={grid.reminder}>
            {(control) => (
              <select
                {...control}
                value={String(draft.reminder)}
                onChange={({ currentTarget: { value } }) => set({ reminder: value === 'null' ? null : Number(value) })}
              >
                {[...new Set<number | null>([...reminders, before.reminder])].map((minutes) => (
                  <option key={minutes} value={String(minutes)}>
                    {minutes === null
                      ? grid.reminderNone
                      : minutes === 0
                        ? grid.reminderAt
                        : grid.reminderBefore(minutes)}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
        <div class="pair">
          <TextField label={grid.placeOrRoom} value={draft.place} onInput={(place) => set({ place })} />
          <Field label={texts.calendar}>
            {(control) =>
              event === null ? (
                <select
                  {...control}
                  value={draft.calendar}
                  onChange={(change) => set({ calendar: change.currentTarget.value })}
                >
                  {calendars.map((one) => (
                    <option key={one.id} value={one.id}>
                      {calendarTitle(one, me)}
                    </option>
                  ))}
                </select>
              ) : (
                <input {...control} readOnly value={calendar === undefined ? '' : calendarTitle(calendar, me)} />
              )
            }
          </Field>
        </div>
        <EventPeople event={event} people={people} draft={draft} calendar={calendar} me={me} onChange={setDraft} />
        <div class="triple">
          <Field label={grid.showAs}>
            {(control) => (
              <select
                {...control}
                value={draft.busy}
                onChange={({ currentTarget }) => set({ busy: currentTarget.value as EventDraft['busy'] })}
              >
                {(['free', 'tentative', 'busy', 'away'] as const).map((one) => (
                  <option key={one} value={one}>
                    {grid.busyStates[one]}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={grid.importance}>
            {(control) => (
              <select
                {...control}
                value={draft.importance}
                onChange={({ currentTarget }) => set({ importance: currentTarget.value as EventDraft['importance'] })}
              >
                {(['low', 'normal', 'high'] as const).map((one) => (
                  <option key={one} value={one}>
                    {grid.importances[one]}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <fieldset class="field">
            <legend class="label">{grid.eventColor}</legend>
            <div class="swatches">
              {[null, ...new Set([...eventColors, ...(before.color === null ? [] : [before.color])])].map((name) => (
                <input
                  key={name}
                  type="radio"
                  name="event-color"
                  class={`swatch ${name === null ? 'plain' : ''}`}
                  aria-label={name === null ? grid.colorOfCalendar : name}
                  checked={draft.color === name}
                  style={{ '--hue': hueOf(name, calendar?.color ?? null) }}
                  onChange={() => set({ color: name })}
                />
              ))}
            </div>
          </fieldset>
        </div>
        <Field label={texts.description}>
          {(control) => (
            <textarea
              {...control}
              value={draft.description}
              onInput={(change) => set({ description: change.currentTarget.value })}
            />
          )}
        </Field>
        <CheckField
          label={grid.private}
          checked={draft.private}
          onChange={(isPrivate) => set({ private: isPrivate })}
        />
        <ErrorNote error={saveCopy.error} />
        {theirs === null && <ErrorNote error={save.error ?? people.error} />}
      </Window>
      {asking && event !== null && (
        <ScopeWindow
          event={event}
          act="change"
          // One occurrence has no rule of its own.
          scopes={before.repeat === draft.repeat ? ['one', 'following', 'all'] : ['following', 'all']}
          onClose={() => setAsking(false)}
          onChosen={(scope) => void save.run(scope, null)}
        />
      )}
    </>
  )
}
