import { useRef, useState } from 'preact/hooks'
import { type Calendar, call, type FeedLink } from '../api.ts'
import { usualOptions } from '../feed-choice.ts'
import { useTexts } from '../texts/index.ts'
import { Copy } from '../ui/copy.tsx'
import { Field, TextField } from '../ui/field.tsx'
import { useAction, useLoaded } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { ErrorNote, Note } from '../ui/note.tsx'
import { QrCode } from '../ui/qr.tsx'
import { Window } from '../ui/window.tsx'
import { LinkCheck } from './link-check.tsx'
import { LinkOptions } from './link-options.tsx'

/** One calendar, or all favourites as they are at each fetch. */
export type ExportTarget =
  | { readonly kind: 'calendar'; readonly calendar: Calendar }
  | { readonly kind: 'favourites'; readonly calendars: readonly Calendar[] }

/** What was changed in a link and may still be on its way. */
interface Edit {
  readonly id: string
  readonly options?: FeedLink['options']
  readonly expiresMs?: number | null
}

const ShownLink = ({ link }: { readonly link: FeedLink }) => {
  const texts = useTexts()
  const { doors } = texts
  const [qr, setQr] = useState(false)
  return (
    <div class="shown-link">
      <Copy key={link.url} label={texts.link(link.name)} value={link.url} />
      <div class="row">
        <a class="button" href={link.webcal}>
          <Icon name="open" />
          {texts.webcal}
        </a>
        <a class="button" href={new URL(link.url).pathname} download>
          <Icon name="download" />
          {texts.menuDownload}
        </a>
        <button type="button" class="button" aria-expanded={qr} onClick={() => setQr(!qr)}>
          <Icon name="qr" />
          {qr ? doors.icalQrHide : doors.icalQr}
        </button>
      </div>
      {qr && <QrCode text={link.url} label={texts.link(link.name)} />}
      <LinkCheck link={link} />
    </div>
  )
}

const OutlookHint = () => {
  const texts = useTexts()
  return (
    <details class="fold">
      <summary>{texts.outlookHint}</summary>
      <ol>
        {texts.outlookSteps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </details>
  )
}

/** What the favourites' link holds now, and what it leaves out because an owner does not allow export. */
const FavouritesNote = ({ calendars }: { readonly calendars: readonly Calendar[] }) => {
  const { doors } = useTexts()
  const names = (allowed: boolean) =>
    calendars.filter(({ exportAllowed }) => exportAllowed === allowed).map(({ name }) => doors.quoted(name))
  const [inside, outside] = [names(true), names(false)]
  return (
    <Note kind={inside.length === 0 ? 'warn' : 'plain'} icon={inside.length === 0 ? 'warning' : 'info'}>
      <p>{inside.length === 0 ? doors.icalNoFavourites : doors.icalFavouritesIn(inside)}</p>
      {outside.length > 0 && <p>{doors.icalFavouritesOut(outside)}</p>}
    </Note>
  )
}

/** Links to one calendar or to the favourites. A new one is made on a press only, never by opening the window. */
export const ExportWindow = ({
  target,
  onClose,
  onChanged,
}: {
  readonly target: ExportTarget
  readonly onClose: () => void
  readonly onChanged: () => void
}) => {
  const texts = useTexts()
  const { doors } = texts
  const calendar = target.kind === 'calendar' ? target.calendar : null
  const [allowed, setAllowed] = useState(calendar?.exportAllowed ?? true)
  const [chosen, setChosen] = useState<string | null>(null)
  const [making, setMaking] = useState(false)
  const [name, setName] = useState('')
  const [options, setOptions] = useState(usualOptions)
  const [expiresMs, setExpiresMs] = useState<number | null>(null)
  const links = useLoaded('links', (signal) => call<FeedLink[]>('GET', '/feed-links', { signal }))
  const here = (links.data ?? []).filter((link) => link.calendar === (calendar?.id ?? null))
  const link = making ? null : (here.find(({ id }) => id === chosen) ?? here[0] ?? null)
  const example = calendar === null ? doors.linkDefaultFavourites : texts.linkNameExample

  const create = useAction(async () => {
    const scope = calendar === null ? { favourites: true } : { calendar: calendar.id }
    const body = { ...scope, name: name.trim() === '' ? example : name.trim(), options, expiresMs }
    const made = await call<FeedLink>('POST', '/feed-links', { body })
    setChosen(made.id)
    setName('')
    setMaking(false)
    links.reload()
  })
  // Shown at once and sent one after the other, so that quick clicks neither wait nor overtake each other.
  const [edited, setEdited] = useState<Edit | null>(null)
  const [saveError, setSaveError] = useState<unknown>(null)
  const queue = useRef(Promise.resolve())
  const change = (id: string, patch: Omit<Edit, 'id'>) => {
    setEdited((before) => ({ ...(before?.id === id ? before : {}), id, ...patch }))
    queue.current = queue.current
      .then(() => call('PATCH', `/feed-links/${encodeURIComponent(id)}`, { body: patch }))
      .then(() => links.reload(), setSaveError)
  }
  const now = edited !== null && edited.id === link?.id ? edited : null
  const turnOn = useAction(async () => {
    if (calendar === null) return
    await call('PATCH', `/calendars/${encodeURIComponent(calendar.id)}`, { body: { exportAllowed: true } })
    setAllowed(true)
    onChanged()
  })

  const footer = (
    <>
      {here.length > 0 && (
        <a class="first" href="/connections">
          {doors.icalMine(links.data?.length ?? 0)}
        </a>
      )}
      {allowed && link !== null && (
        <button type="button" class="button" onClick={() => setMaking(true)}>
          <Icon name="plus" />
          {texts.linkMore}
        </button>
      )}
      {allowed && link === null && links.data !== null && (
        <button type="submit" class="button main" disabled={create.busy}>
          <Icon name="plus" />
          {texts.linkCreate}
        </button>
      )}
      <button
        type="button"
        class={`button ${allowed && link === null ? '' : 'main'}`}
        onClick={() => (making && here.length > 0 ? setMaking(false) : onClose())}
      >
        {making && here.length > 0 ? texts.cancel : texts.done}
      </button>
    </>
  )

  return (
    <Window
      title={calendar === null ? doors.icalFavourites : texts.icalTitle(calendar.name)}
      sub={calendar === null ? doors.icalFavouritesSub : texts.icalSub}
      wide
      onClose={onClose}
      {...(allowed && link === null ? { onSubmit: create.run } : {})}
      footer={footer}
    >
      {!allowed && calendar !== null && (
        <Note kind="warn">
          <p>{calendar.level === 'owner' ? texts.icalOff : texts.icalOffOther}</p>
          {calendar.level === 'owner' && (
            <button type="button" class="button" disabled={turnOn.busy} onClick={turnOn.run}>
              {texts.icalTurnOn}
            </button>
          )}
        </Note>
      )}
      {target.kind === 'favourites' && <FavouritesNote calendars={target.calendars} />}
      {allowed && links.data !== null && (
        <>
          {link === null ? (
            <TextField label={texts.linkName} value={name} onInput={setName} placeholder={example} maxLength={200} />
          ) : (
            <>
              {here.length > 1 && (
                <Field label={doors.icalWhich}>
                  {(control) => (
                    <select
                      {...control}
                      value={link.id}
                      onChange={({ currentTarget }) => setChosen(currentTarget.value)}
                    >
                      {here.map((one) => (
                        <option key={one.id} value={one.id}>
                          {one.name}
                        </option>
                      ))}
                    </select>
                  )}
                </Field>
              )}
              <ShownLink key={link.id} link={link} />
            </>
          )}
          <Note kind="plain">
            <p>{texts.icalSecret}</p>
          </Note>
          {calendar !== null && ['free-busy', 'titles'].includes(calendar.level) && (
            <Note kind="plain" icon="info">
              <p>{doors.icalLevel}</p>
            </Note>
          )}
          <LinkOptions
            options={link === null ? options : (now?.options ?? link.options)}
            expiresMs={link === null ? expiresMs : now?.expiresMs === undefined ? link.expiresMs : now.expiresMs}
            onOptions={(next) => (link === null ? setOptions(next) : change(link.id, { options: next }))}
            onExpires={(next) => (link === null ? setExpiresMs(next) : change(link.id, { expiresMs: next }))}
          />
          <OutlookHint />
        </>
      )}
      <ErrorNote error={create.error ?? saveError ?? turnOn.error ?? links.error} />
    </Window>
  )
}
