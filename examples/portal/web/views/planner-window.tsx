import { useEffect, useRef, useState } from 'preact/hooks'
import { type BusyPerson, call, type Me } from '../api.ts'
import { addDays, type Day, dayOf, dayTitle, timeOf } from '../dates.ts'
import { busyAt, freeStarts, type PlannedPerson, stepMs, stepsOf } from '../planner.ts'
import { useTexts } from '../texts/index.ts'
import { CheckField, Field } from '../ui/field.tsx'
import { useLoaded } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { ErrorNote } from '../ui/note.tsx'
import { Window } from '../ui/window.tsx'

const daysAhead = 7
const offered = 6
const usualHours = { from: 8, to: 20 }
const allHours = { from: 0, to: 24 }

/** Busy times of people beside each other, and the times that suit. */
export const PlannerWindow = ({
  people: invited,
  startMs: firstMs,
  lengthMs,
  except,
  me,
  onClose,
  onChosen,
}: {
  /** The organizer first. */
  readonly people: readonly { readonly email: string; readonly name: string; readonly optional: boolean }[]
  readonly startMs: number
  readonly lengthMs: number
  /** The event that is to be moved; `null` for a new one. */
  readonly except: { readonly calendar: string; readonly object: string } | null
  readonly me: Me
  readonly onClose: () => void
  readonly onChosen: (startMs: number) => void
}) => {
  const texts = useTexts()
  const { planner, locale } = texts
  const zone = me.timeZone
  const [day, setDay] = useState<Day>(dayOf(firstMs, zone))
  const [startMs, setStartMs] = useState(firstMs)
  const [whole, setWhole] = useState(false)
  const slots = useRef<HTMLDivElement>(null)
  const query = new URLSearchParams({
    from: day,
    to: addDays(day, daysAhead),
    emails: invited.map(({ email }) => email).join(','),
    ...(except === null ? {} : { calendar: except.calendar, object: except.object }),
  })
  const loaded = useLoaded(query.toString(), (signal) => call<BusyPerson[]>('GET', `/busy?${query}`, { signal }))
  const people = invited.map((one): PlannedPerson => {
    const found = loaded.data?.find(({ email }) => email === one.email)
    const name = one.name || found?.name || one.email
    return { known: false, timeZone: null, busy: [], ...found, email: one.email, name, optional: one.optional }
  })
  const steps = stepsOf(day, whole ? allHours : usualHours, zone)
  const [beginMs, endMs] = [steps[0] ?? 0, (steps.at(-1) ?? 0) + stepMs]
  const part = (ms: number): string =>
    `${((Math.min(Math.max(ms, beginMs), endMs) - beginMs) / (endMs - beginMs)) * 100}%`

  const clock = (ms: number): string => timeOf(ms, zone, locale)
  const span = (ms: number): string => `${clock(ms)}–${clock(ms + lengthMs)}`
  const namesOf = (list: readonly PlannedPerson[]): string => list.map(({ name }) => name).join(', ')
  const stateOf = (ms: number): string => {
    const busy = busyAt(people, ms, ms + lengthMs)
    return busy.length === 0 ? planner.allFree : planner.busyAre(namesOf(busy))
  }
  const unknown = people.filter(({ known }) => !known)
  const free =
    loaded.data === null
      ? []
      : freeStarts(people, { from: day, days: daysAhead, zone, lengthMs, nowMs: Date.now(), limit: offered })
  const suits = loaded.data !== null && busyAt(people, startMs, startMs + lengthMs).length === 0

  const go = (next: Day) => {
    setDay(next)
    // The hour stays; only the day is another.
    setStartMs(stepsOf(next, allHours, zone).find((ms) => clock(ms) === clock(startMs)) ?? startMs)
  }
  const choose = (ms: number) => {
    setStartMs(ms)
    if (dayOf(ms, zone) !== day) setDay(dayOf(ms, zone))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    const here = steps.includes(startMs) ? steps.indexOf(startMs) : -1
    const next = steps[(here + by + steps.length) % steps.length]
    if (next === undefined) return
    setStartMs(next)
    slots.current?.querySelectorAll<HTMLElement>('[role=radio]')[steps.indexOf(next)]?.focus()
  }
  // Where the day does not fit, the chosen time comes into sight.
  useEffect(() => {
    const chosen = slots.current?.querySelector('[aria-checked=true]')
    chosen?.scrollIntoView({ inline: 'center', block: 'nearest' })
  }, [day, whole, loaded.data === null])
  const stop = steps.includes(startMs) ? startMs : steps[0]
  const columns = { '--steps': String(steps.length) }

  return (
    <Window
      title={planner.title}
      sub={planner.sub}
      wide
      onClose={onClose}
      onSubmit={() => onChosen(startMs)}
      footer={
        <>
          <p class="first planned" role="status">
            <strong>
              {dayTitle(dayOf(startMs, zone), locale)}, {span(startMs)}
            </strong>{' '}
            <span class={`state ${suits ? 'ok' : 'warn'}`}>{loaded.data === null ? '…' : stateOf(startMs)}</span>
          </p>
          <button type="button" class="button" onClick={onClose}>
            {texts.cancel}
          </button>
          <button type="submit" class="button main">
            {planner.choose}
          </button>
        </>
      }
    >
      <div class="row">
        <button
          type="button"
          class="button plain square"
          aria-label={texts.earlier}
          onClick={() => go(addDays(day, -1))}
        >
          <Icon name="left" />
        </button>
        <Field label={planner.day}>
          {(control) => (
            <input
              {...control}
              type="date"
              value={day}
              onInput={({ currentTarget: { value } }) => value !== '' && go(value)}
            />
          )}
        </Field>
        <button type="button" class="button plain square" aria-label={texts.later} onClick={() => go(addDays(day, 1))}>
          <Icon name="right" />
        </button>
        <span class="spring" />
        <CheckField label={planner.allHours} checked={whole} onChange={setWhole} />
      </div>
      <ErrorNote error={loaded.error} />
      <div class={`planner ${loaded.data === null ? 'waiting-data' : ''}`} style={columns}>
        <div class="planner-names" aria-hidden="true">
          <span />
          {people.map(({ email, name, optional, known }) => (
            <span key={email} title={email}>
              <span class="what">{name}</span>
              {(optional || !known) && <span class="hint">{known ? texts.grid.optional : planner.unknownShort}</span>}
            </span>
          ))}
          <span>{planner.start}</span>
        </div>
        <div class="planner-times">
          <div class="planner-inner">
            <div class="planner-hours" aria-hidden="true">
              {steps.map((ms) => (
                <span key={ms}>{clock(ms).endsWith('00') && clock(ms)}</span>
              ))}
            </div>
            {people.map(({ email, busy, known }) => (
              <div key={email} class={`planner-row ${known ? '' : 'unknown'}`} aria-hidden="true">
                {busy
                  .filter((time) => time.startMs < endMs && time.endMs > beginMs)
                  .map((time) => (
                    <span
                      key={`${time.kind}${time.startMs}`}
                      class={`busy-time ${time.kind}`}
                      title={`${clock(time.startMs)}–${clock(time.endMs)}, ${texts.grid.busyStates[time.kind]}`}
                      style={{ left: part(time.startMs), right: `calc(100% - ${part(time.endMs)})` }}
                    />
                  ))}
              </div>
            ))}
            <div
              ref={slots}
              class="planner-slots"
              role="radiogroup"
              aria-label={`${planner.start}, ${dayTitle(day, locale)}`}
              onKeyDown={onKeyDown}
            >
              {steps.map((ms) => {
                const busy = busyAt(people, ms, ms + lengthMs).length
                return (
                  // biome-ignore lint/a11y/useSemanticElements: a radio of the browser could not be drawn as a cell of the table.
                  <button
                    key={ms}
                    type="button"
                    role="radio"
                    class={busy === 0 ? 'free' : 'taken'}
                    aria-checked={ms === startMs}
                    aria-label={`${span(ms)}, ${stateOf(ms)}`}
                    tabIndex={ms === stop ? 0 : -1}
                    onClick={() => setStartMs(ms)}
                  >
                    {busy === 0 ? <Icon name="check" /> : busy}
                  </button>
                )
              })}
            </div>
            {startMs + lengthMs > beginMs && startMs < endMs && (
              <span
                class={`planner-choice ${suits ? 'ok' : 'warn'}`}
                aria-hidden="true"
                style={{ left: part(startMs), right: `calc(100% - ${part(startMs + lengthMs)})` }}
              />
            )}
          </div>
        </div>
      </div>
      {/* The same in words, for who does not see the bars. */}
      <ul class="hidden-text" aria-label={planner.inWords(dayTitle(day, locale))}>
        {people.map(({ email, name, known, busy }) => {
          const times = busy.filter((time) => time.startMs < endMs && time.endMs > beginMs)
          return (
            <li key={email}>
              {name}:{' '}
              {!known
                ? planner.unknownShort
                : times.length === 0
                  ? planner.freeAll
                  : times
                      .map((time) => `${clock(time.startMs)}–${clock(time.endMs)} ${texts.grid.busyStates[time.kind]}`)
                      .join(', ')}
            </li>
          )
        })}
      </ul>
      {unknown.length > 0 && loaded.data !== null && <p class="hint">{planner.unknown(namesOf(unknown))}</p>}
      <div class="field">
        <span class="label" id="planner-free">
          {planner.suggestions}
        </span>
        {free.length === 0 && loaded.data !== null && <p class="hint">{planner.nothing}</p>}
        <ul class="planner-free" aria-labelledby="planner-free">
          {free.map((ms) => (
            <li key={ms}>
              <button type="button" class="button" aria-pressed={ms === startMs} onClick={() => choose(ms)}>
                {dayTitle(dayOf(ms, zone), locale)}, {span(ms)}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Window>
  )
}
