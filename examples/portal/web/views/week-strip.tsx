import { addDays, type Day, daysOf, dayTitle, laterOf, rangeAround } from '../dates.ts'
import type { Entry } from '../grid/entry.ts'
import { useTexts } from '../texts/index.ts'
import { Icon } from '../ui/icon.tsx'

/** The week above a day's list on a phone, with a dot for each calendar that has something on a day. */
export const WeekStrip = ({
  day,
  today,
  entries,
  timeZone,
  onDay,
}: {
  readonly day: Day
  readonly today: Day
  readonly entries: readonly Entry[]
  readonly timeZone: string
  readonly onDay: (day: Day) => void
}) => {
  const texts = useTexts()
  const { locale } = texts
  const { from } = rangeAround(day, 'week')
  const weekday = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', weekday: 'short' })
  const nameOf = (one: Day): string => weekday.format(new Date(`${one}T00:00:00Z`))
  const hues = new Map<Day, Set<string>>()
  for (const { event, hue } of entries) {
    const { first, last } = daysOf(event, timeZone)
    for (let at = laterOf(first, from); at <= last && at < addDays(from, 7); at = addDays(at, 1)) {
      hues.set(at, (hues.get(at) ?? new Set()).add(hue))
    }
  }
  return (
    <div class="week-strip">
      <button type="button" class="turn" aria-label={texts.earlier} onClick={() => onDay(addDays(day, -7))}>
        <Icon name="left" />
      </button>
      {Array.from({ length: 7 }, (_, index) => addDays(from, index)).map((one) => (
        <button
          key={one}
          type="button"
          class={one === today ? 'today' : ''}
          // It begins with what is seen, so that a voice may say it.
          aria-label={`${nameOf(one)} ${Number(one.slice(8))}, ${dayTitle(one, locale)}`}
          aria-current={one === today ? 'date' : undefined}
          aria-pressed={one === day}
          onClick={() => onDay(one)}
        >
          <span class="weekday">{nameOf(one)} </span>
          <strong>{Number(one.slice(8))}</strong>
          <span class="dots">
            {[...(hues.get(one) ?? [])].slice(0, 3).map((hue) => (
              <i key={hue} style={{ '--hue': hue }} />
            ))}
          </span>
        </button>
      ))}
      <button type="button" class="turn" aria-label={texts.later} onClick={() => onDay(addDays(day, 7))}>
        <Icon name="right" />
      </button>
    </div>
  )
}
