import { useId } from 'preact/hooks'
import {
  expiryAfter,
  type FeedOptions,
  lifetimes,
  type PeriodName,
  periodNames,
  periodOf,
  periods,
} from '../feed-choice.ts'
import { useTexts } from '../texts/index.ts'
import { CheckField, Field } from '../ui/field.tsx'

const details = ['full', 'titles', 'free-busy'] as const

/** What a link shows, of what time, and how long it lives. */
export const LinkOptions = ({
  options,
  expiresMs,
  onOptions,
  onExpires,
}: {
  readonly options: FeedOptions
  readonly expiresMs: number | null
  readonly onOptions: (options: FeedOptions) => void
  readonly onExpires: (expiresMs: number | null) => void
}) => {
  const texts = useTexts()
  const { doors } = texts
  const name = useId()
  const period = periodOf(options.window)
  const set = (patch: Partial<FeedOptions>) => onOptions({ ...options, ...patch })
  const full = options.detail === 'full'
  const date = new Intl.DateTimeFormat(texts.locale, { dateStyle: 'long' })
  return (
    <section class="link-options" aria-label={doors.icalWhat}>
      <h3>{doors.icalWhat}</h3>
      <div class="pair">
        <fieldset class="field">
          <legend class="label">{doors.icalDetail}</legend>
          {details.map((detail) => (
            <label key={detail} class="choice">
              <input type="radio" name={name} checked={options.detail === detail} onChange={() => set({ detail })} />
              <span>{doors.icalDetails[detail]}</span>
            </label>
          ))}
        </fieldset>
        {full && (
          <fieldset class="field">
            <legend class="label">{doors.icalAdd}</legend>
            <CheckField
              label={doors.icalDescriptions}
              checked={options.descriptions}
              onChange={(descriptions) => set({ descriptions })}
            />
            <CheckField
              label={doors.icalAttendees}
              checked={options.attendees}
              onChange={(attendees) => set({ attendees })}
            />
            <CheckField label={doors.icalAlarms} checked={options.alarms} onChange={(alarms) => set({ alarms })} />
          </fieldset>
        )}
      </div>
      <div class="pair">
        <Field label={doors.icalPeriod}>
          {(control) => (
            <select
              {...control}
              value={period ?? 'own'}
              onChange={({ currentTarget: { value } }) => {
                if (value !== 'own') set({ window: periods[value as PeriodName] })
              }}
            >
              {periodNames.map((one) => (
                <option key={one} value={one}>
                  {doors.icalPeriods[one]}
                </option>
              ))}
              {period === null && (
                <option value="own">{doors.icalPeriodOwn(options.window.daysBack, options.window.daysForward)}</option>
              )}
            </select>
          )}
        </Field>
        <Field label={doors.icalExpires}>
          {(control) => (
            <select
              {...control}
              value={expiresMs === null ? '' : 'own'}
              onChange={({ currentTarget: { value } }) => {
                if (value !== 'own') onExpires(value === '' ? null : expiryAfter(Number(value), Date.now()))
              }}
            >
              <option value="">{doors.icalNever}</option>
              {expiresMs !== null && <option value="own">{doors.icalUntil(date.format(expiresMs))}</option>}
              {lifetimes.map((days) => (
                <option key={days} value={days}>
                  {days === 365 ? doors.icalYear : doors.icalDays(days)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
    </section>
  )
}
