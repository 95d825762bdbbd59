import { useState } from 'preact/hooks'
import { addDays, addMonths, type Day, dayTitle, rangeAround, rangeTitle } from '../dates.ts'
import { useTexts } from '../texts/index.ts'
import { Icon } from '../ui/icon.tsx'

const weekdayName = (day: Day, locale: string): string =>
  new Intl.DateTimeFormat(locale, { timeZone: 'UTC', weekday: 'short' }).format(new Date(`${day}T00:00:00Z`))

/** Six weeks around a month, to jump to a day. */
export const MiniMonth = ({
  day,
  today,
  onDay,
}: {
  readonly day: Day
  readonly today: Day
  readonly onDay: (day: Day) => void
}) => {
  const texts = useTexts()
  const [moved, setMoved] = useState<{ readonly from: Day; readonly month: Day } | null>(null)
  // Turning the leaves here does not move the view; moving the view turns the leaves.
  const month = moved !== null && moved.from === day ? moved.month : `${day.slice(0, 8)}01`
  const turn = (by: 1 | -1) => setMoved({ from: day, month: addMonths(month, by) })
  const title = rangeTitle(month, 'month', texts.locale)
  const first = rangeAround(month, 'week').from
  const weeks = Array.from({ length: 6 }, (_, week) =>
    Array.from({ length: 7 }, (_, at) => addDays(first, week * 7 + at)),
  )
  const chosen = rangeAround(day, 'week').from
  return (
    <section class="mini" aria-label={title}>
      <header>
        <span aria-live="polite">{title}</span>
        <button type="button" class="button plain square" aria-label={texts.earlier} onClick={() => turn(-1)}>
          <Icon name="left" />
        </button>
        <button type="button" class="button plain square" aria-label={texts.later} onClick={() => turn(1)}>
          <Icon name="right" />
        </button>
      </header>
      <table>
        <thead>
          <tr>
            {weeks[0]?.map((one) => (
              <th key={one} scope="col">
                {weekdayName(one, texts.locale)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]} class={week[0] === chosen ? 'chosen' : ''}>
              {week.map((one) => (
                <td key={one}>
                  <button
                    type="button"
                    class={[one === today ? 'today' : '', one.slice(0, 7) === month.slice(0, 7) ? '' : 'far'].join(' ')}
                    aria-label={dayTitle(one, texts.locale)}
                    aria-current={one === today ? 'date' : undefined}
                    onClick={() => onDay(one)}
                  >
                    {Number(one.slice(8))}
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
