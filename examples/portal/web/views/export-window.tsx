import { useState } from 'preact/hooks'
import { type Calendar, call, type FeedLink } from '../api.ts'
import { useTexts } from '../texts/index.ts'
import { Copy } from '../ui/copy.tsx'
import { TextField } from '../ui/field.tsx'
import { useAction, useLoaded } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { ErrorNote, Note } from '../ui/note.tsx'
import { Window } from '../ui/window.tsx'

/** The links of one calendar. A new one is made on a press only, never by opening the window. */
export const ExportWindow = ({
  calendar,
  onClose,
  onChanged,
}: {
  readonly calendar: Calendar
  readonly onClose: () => void
  readonly onChanged: () => void
}) => {
  const texts = useTexts()
  const [allowed, setAllowed] = useState(calendar.exportAllowed)
  const [name, setName] = useState('')
  const links = useLoaded('links', (signal) => call<FeedLink[]>('GET', '/feed-links', { signal }))
  const mine = (links.data ?? []).filter((link) => link.calendar === calendar.id)

  const create = useAction(async () => {
    await call('POST', '/feed-links', {
      body: { calendar: calendar.id, name: name.trim() === '' ? texts.linkNameExample : name },
    })
    setName('')
    links.reload()
  })
  const turnOn = useAction(async () => {
    await call('PATCH', `/calendars/${encodeURIComponent(calendar.id)}`, { body: { exportAllowed: true } })
    setAllowed(true)
    onChanged()
  })

  return (
    <Window
      title={texts.icalTitle(calendar.name)}
      sub={texts.icalSub}
      onClose={onClose}
      footer={
        <button type="button" class="button main" onClick={onClose}>
          {texts.done}
        </button>
      }
    >
      {!allowed && (
        <Note kind="warn">
          <p>{calendar.level === 'owner' ? texts.icalOff : texts.icalOffOther}</p>
          {calendar.level === 'owner' && (
            <button type="button" class="button" disabled={turnOn.busy} onClick={turnOn.run}>
              {texts.icalTurnOn}
            </button>
          )}
        </Note>
      )}
      {allowed && (
        <>
          {mine.map((link) => (
            <div key={link.id} class="field">
              <Copy label={texts.link(link.name)} value={link.url} />
              <div class="row">
                <a class="button" href={link.webcal}>
                  <Icon name="open" />
                  {texts.webcal}
                </a>
                <a class="button" href={link.url} download>
                  <Icon name="download" />
                  {texts.menuDownload}
                </a>
              </div>
            </div>
          ))}
          <form
            class="field"
            onSubmit={(event) => {
              event.preventDefault()
              void create.run()
            }}
          >
            <TextField
              label={texts.linkName}
              value={name}
              onInput={setName}
              placeholder={texts.linkNameExample}
              maxLength={200}
            />
            <div class="row">
              <button type="submit" class={`button ${mine.length === 0 ? 'main' : ''}`} disabled={create.busy}>
                <Icon name="plus" />
                {mine.length === 0 ? texts.linkCreate : texts.linkMore}
              </button>
            </div>
          </form>
          <Note kind="plain">
            <p>{texts.icalSecret}</p>
          </Note>
          <details class="fold">
            <summary>{texts.outlookHint}</summary>
            <ol>
              {texts.outlookSteps.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
          </details>
        </>
      )}
      <ErrorNote error={create.error ?? turnOn.error ?? links.error} />
    </Window>
  )
}
