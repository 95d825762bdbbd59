import { useState } from 'preact/hooks'
import { type Calendar, call, type Me } from '../api.ts'
import { hueStyle } from '../colors.ts'
import { useTexts } from '../texts/index.ts'
import { TextField } from '../ui/field.tsx'
import { useAction, useLoaded, useSettled } from '../ui/hooks.ts'
import { ErrorNote } from '../ui/note.tsx'
import { Window } from '../ui/window.tsx'
import { calendarTitle } from './sidebar.tsx'

/** As many as the API tells at once. */
const full = 50

/** Puts others' calendars on the list, or calendars among the favourites. Each tick counts at once. */
export const ChooserWindow = ({
  which,
  me,
  mine,
  onClose,
}: {
  readonly which: 'people' | 'groups' | 'favourites'
  readonly me: Me
  /** Own calendars, which can be favourites too. */
  readonly mine: readonly Calendar[]
  readonly onClose: () => void
}) => {
  const texts = useTexts()
  const { doors } = texts
  const [search, setSearch] = useState('')
  const [changed, setChanged] = useState<ReadonlyMap<string, boolean>>(new Map())
  const settled = useSettled(search).trim()
  const kind = which === 'favourites' ? '' : `&kind=${which}`
  const found = useLoaded(`${which}/${settled}`, (signal) =>
    call<Calendar[]>('GET', `/calendar-choices?search=${encodeURIComponent(settled)}${kind}`, { signal }),
  )
  const favourites = which === 'favourites'
  const own = favourites ? mine.filter(({ name }) => name.toLowerCase().includes(settled.toLowerCase())) : []
  const rows = [...own, ...(found.data ?? [])]

  const mark = useAction(async (calendar: Calendar, on: boolean) => {
    const path = `/calendars/${encodeURIComponent(calendar.id)}/${favourites ? 'favourite' : 'listed'}`
    await call(on ? 'PUT' : 'DELETE', path)
    setChanged((before) => new Map(before).set(calendar.id, on))
  })
  const title = favourites ? doors.chooseFavourites : which === 'people' ? doors.addColleague : doors.addCompany

  return (
    <Window
      title={title}
      sub={favourites ? doors.chooserFavouritesSub : doors.chooserPeopleSub}
      onClose={onClose}
      footer={
        <button type="button" class="button main" onClick={onClose}>
          {texts.done}
        </button>
      }
    >
      <TextField
        label={doors.chooserSearch}
        value={search}
        onInput={setSearch}
        autocomplete="off"
        autofocus
        maxLength={200}
      />
      <div role="status" class="hidden-text">
        {found.data === null ? '' : rows.length}
      </div>
      {found.data !== null && rows.length === 0 && <p class="sub">{doors.chooserNothing}</p>}
      <ul class="choices">
        {rows.map((calendar) => {
          const name = calendarTitle(calendar, me)
          const on = changed.get(calendar.id) ?? (favourites ? calendar.favourite : calendar.listed)
          return (
            <li key={calendar.id} style={hueStyle(calendar.color)}>
              <label>
                <input
                  type="checkbox"
                  checked={on}
                  aria-label={favourites ? doors.chooserFavourite(name) : doors.chooserAdd(name)}
                  // A favourite stands on the list as long as it is one.
                  disabled={mark.busy || (!favourites && calendar.favourite)}
                  onChange={({ currentTarget }) => mark.run(calendar, currentTarget.checked)}
                />
                <span class="dot" />
                <span class="what">{name}</span>
                <span class="hint">{texts.levels[calendar.level]}</span>
              </label>
            </li>
          )
        })}
      </ul>
      {(found.data?.length ?? 0) >= full && <p class="hint">{doors.chooserFull}</p>}
      <ErrorNote error={mark.error ?? found.error} />
    </Window>
  )
}
