import { useState } from 'preact/hooks'
import { type Calendar, call, type ExchangeState, type FeedLink } from '../api.ts'
import { firstHue, hueStyle, hues } from '../colors.ts'
import { useTexts } from '../texts/index.ts'
import { CheckField, Field, TextField } from '../ui/field.tsx'
import { useAction, useLoaded } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { ErrorNote, Note } from '../ui/note.tsx'
import { Window } from '../ui/window.tsx'
import { AccessList, type Grants } from './access-list.tsx'

/** The offered hues; one that was given elsewhere stays among them. */
export const HueField = ({
  color,
  onChange,
}: {
  readonly color: string
  readonly onChange: (color: string) => void
}) => {
  const texts = useTexts()
  return (
    <fieldset class="field">
      <legend class="label">{texts.color}</legend>
      <div class="swatches">
        {[...new Set([...hues, color])].map((hue) => (
          <input
            key={hue}
            type="radio"
            name="color"
            class="swatch"
            aria-label={texts.hues[hue] ?? hue}
            checked={hue === color}
            style={hueStyle(hue)}
            onChange={() => onChange(hue)}
          />
        ))}
      </div>
    </fieldset>
  )
}

/** What a calendar is, for those who do not own it: its options as text. */
const AboutCalendar = ({ calendar, onClose }: { readonly calendar: Calendar; readonly onClose: () => void }) => {
  const texts = useTexts()
  return (
    <Window title={calendar.name} sub={texts.doors.calendarOf(calendar.owner.name)} onClose={onClose}>
      {calendar.description !== '' && <p>{calendar.description}</p>}
      <p>
        {texts.access}: {texts.levels[calendar.level]}
      </p>
      {!calendar.exportAllowed && <p class="sub">{texts.icalOffOther}</p>}
    </Window>
  )
}

/** A calendar's form: name, colour, description, who sees what, "allow export", favourites. */
export const CalendarWindow = ({
  calendar,
  onClose,
  onDone,
  onDelete,
}: {
  /** `null` for a new one. */
  readonly calendar: Calendar | null
  readonly onClose: () => void
  readonly onDone: () => void
  /** `null` where it is not the person's to delete. */
  readonly onDelete: (() => void) | null
}) => {
  const texts = useTexts()
  const { doors } = texts
  const [name, setName] = useState(calendar?.name ?? '')
  const [description, setDescription] = useState(calendar?.description ?? '')
  const [color, setColor] = useState(calendar?.color?.slice(0, 7).toLowerCase() ?? firstHue)
  const [exportAllowed, setExportAllowed] = useState(calendar?.exportAllowed ?? false)
  const [favourite, setFavourite] = useState(calendar?.favourite ?? false)
  const [access, setAccess] = useState<Grants>(calendar?.access ?? [])
  const [kind, setKind] = useState<'VEVENT' | 'VTODO'>('VEVENT')
  const exchange = useLoaded('exchange', (signal) => call<ExchangeState>('GET', '/exchange', { signal }))
  const mailbox = exchange.data?.calendar === null ? null : (exchange.data?.mailbox ?? null)
  const mayCollect = calendar !== null && calendar.collects !== null
  const collects = calendar?.collects === true
  const [collect, setCollect] = useState(false)
  const links = useLoaded('links', (signal) => call<FeedLink[]>('GET', '/feed-links', { signal }))
  const count = (links.data ?? []).filter((link) => calendar !== null && link.calendar === calendar.id).length

  const save = useAction(async () => {
    const fields = { name: name.trim(), description, color, exportAllowed, access: [...access] }
    if (calendar === null) {
      await call('POST', '/calendars', { body: { ...fields, favourite, components: [kind] } })
    } else {
      const path = `/calendars/${encodeURIComponent(calendar.id)}`
      await call('PATCH', path, { body: fields })
      if (collect && !collects) await call('PUT', '/exchange/calendar', { body: { calendar: calendar.id } })
      if (favourite !== calendar.favourite) await call(favourite ? 'PUT' : 'DELETE', `${path}/favourite`)
    }
    onDone()
  })

  if (calendar !== null && calendar.level !== 'owner') return <AboutCalendar calendar={calendar} onClose={onClose} />
  return (
    <Window
      title={calendar === null ? texts.calendarNew : doors.calendarEdit}
      onClose={onClose}
      onSubmit={save.run}
      footer={
        <>
          {onDelete !== null && (
            <button type="button" class="button danger first" onClick={onDelete}>
              <Icon name="trash" />
              {doors.deleteCalendar}
            </button>
          )}
          <button type="button" class="button" onClick={onClose}>
            {texts.cancel}
          </button>
          <button type="submit" class="button main" disabled={save.busy || name.trim() === ''}>
            {texts.save}
          </button>
        </>
      }
    >
      <div class="pair">
        <TextField label={texts.name} value={name} onInput={setName} autofocus maxLength={200} />
        <HueField color={color} onChange={setColor} />
      </div>
      <TextField label={texts.description} value={description} onInput={setDescription} maxLength={10_000} />
      {calendar === null && (
        <Field label={texts.kinds}>
          {(control) => (
            <select
              {...control}
              value={kind}
              onChange={({ currentTarget }) => setKind(currentTarget.value as typeof kind)}
            >
              <option value="VEVENT">{texts.kindEvents}</option>
              <option value="VTODO">{texts.kindTasks}</option>
            </select>
          )}
        </Field>
      )}
      <AccessList access={access} owner={calendar?.owner.id ?? ''} onChange={setAccess} />
      <CheckField
        label={texts.allowExport}
        hint={calendar?.exportAllowed && count > 0 ? doors.exportHintLinks(count) : texts.allowExportHint}
        checked={exportAllowed}
        onChange={setExportAllowed}
      />
      {calendar?.exportAllowed && !exportAllowed && (
        <Note kind="warn">
          <p>{texts.exportOffAsk}</p>
        </Note>
      )}
      <CheckField label={texts.menuFavourite} checked={favourite} onChange={setFavourite} />
      {mayCollect && (
        <CheckField
          label={texts.exchange.collect}
          hint={
            collects
              ? texts.exchange.collectHere
              : mailbox === null
                ? texts.exchange.collectHintPortal
                : texts.exchange.collectHint(mailbox)
          }
          checked={collect || collects}
          disabled={collects}
          onChange={setCollect}
        />
      )}
      {mayCollect && mailbox !== null && collect && !collects && (
        <Note kind="warn">
          <p>{texts.exchange.collectMove}</p>
        </Note>
      )}
      <ErrorNote error={save.error} />
    </Window>
  )
}
