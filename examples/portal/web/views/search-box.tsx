import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { type Calendar, type CalendarEvent, call, type EventList, type Me } from '../api.ts'
import { addDays, type Day, dayOf, dayTitle, timeOf } from '../dates.ts'
import { keyOf } from '../grid/entry.ts'
import { shownOnce } from '../shown-once.ts'
import { useTexts } from '../texts/index.ts'
import { useLoaded } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'

const typingMs = 250
const maxShown = 20

/** Finds events by a word, from three months ago to ten months ahead. */
export const SearchBox = ({
  me,
  today,
  calendars,
  onOpen,
}: {
  readonly me: Me
  readonly today: Day
  readonly calendars: ReadonlyMap<string, Calendar>
  readonly onOpen: (event: CalendarEvent) => void
}) => {
  const texts = useTexts()
  const [text, setText] = useState('')
  const [settled, setSettled] = useState('')
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text.trim()), typingMs)
    return () => clearTimeout(timer)
  }, [text])
  useLayoutEffect(() => {
    const leave = (event: Event) => {
      if (!(event.target instanceof Node && box.current?.contains(event.target))) setOpen(false)
    }
    document.addEventListener('pointerdown', leave)
    document.addEventListener('focusin', leave)
    return () => {
      document.removeEventListener('pointerdown', leave)
      document.removeEventListener('focusin', leave)
    }
  }, [])
  const from = addDays(today, -90)
  const found = useLoaded(
    settled,
    async (signal): Promise<{ readonly text: string; readonly events: EventList['events'] } | null> => {
      if (settled.length < 2) return null
      const path = `/events?from=${from}&to=${addDays(today, 300)}&text=${encodeURIComponent(settled)}`
      return { text: settled, events: (await call<EventList>('GET', path, { signal })).events }
    },
  )
  // Of a series the next one is enough, and what is to come is asked for more often than what was.
  const seen = new Set<string>()
  const events = shownOnce(found.data?.events ?? [], calendars, me)
    .toSorted((a, b) => Math.abs(a.startMs - Date.now()) - Math.abs(b.startMs - Date.now()))
    .filter(({ calendar, uid }) => !seen.has(`${calendar}/${uid}`) && seen.add(`${calendar}/${uid}`))
    .slice(0, maxShown)
  // What was found for an earlier text is not shown below the new one.
  const shows = open && settled === text.trim() && found.data?.text === settled

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc closes what the field below it has opened.
    <div
      class="search"
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        setOpen(false)
        setText('')
      }}
    >
      <Icon name="search" />
      <input
        type="search"
        id="search"
        value={text}
        placeholder={texts.grid.searchEvents}
        aria-label={texts.grid.searchEvents}
        autocomplete="off"
        maxLength={200}
        onFocus={() => setOpen(true)}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value)
          setOpen(true)
        }}
      />
      <span class="key" aria-hidden="true">
        /
      </span>
      {shows && (
        <section class="menu found" aria-label={texts.grid.searchResults}>
          <p role="status" class={events.length === 0 ? 'hint' : 'hidden-text'}>
            {events.length === 0 ? texts.grid.searchNothing : texts.grid.eventsCount(events.length)}
          </p>
          {events.map((event) => (
            <button
              key={keyOf(event)}
              type="button"
              onClick={() => {
                setOpen(false)
                onOpen(event)
              }}
            >
              <span class="what">{event.title === '' ? texts.untitled : event.title}</span>
              <span class="hint">
                {dayTitle(dayOf(event.startMs, me.timeZone), texts.locale)}
                {!event.allDay && `, ${timeOf(event.startMs, me.timeZone, texts.locale)}`}
              </span>
            </button>
          ))}
        </section>
      )}
    </div>
  )
}
