import { useEffect, useRef, useState } from 'preact/hooks'
import { type Calendar, call, type Me, type OutlookConnection } from '../api.ts'
import { useTexts } from '../texts/index.ts'
import { Copy } from '../ui/copy.tsx'
import { Field, TextField } from '../ui/field.tsx'
import { useAction, useLoaded } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { ErrorNote, Note } from '../ui/note.tsx'
import { Window } from '../ui/window.tsx'
import { canConnect, canWrite } from './calendar-menu.ts'
import { calendarTitle } from './sidebar.tsx'

const askEveryMs = 3_000
/** After so long without a request Outlook has most likely not opened. */
const helpAfterMs = 15_000

/** What to try when the link did nothing: by its button in the foot, or by itself after a while. */
const Help = ({ connection }: { readonly connection: OutlookConnection | null }) => {
  const { doors } = useTexts()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.scrollIntoView({ block: 'nearest' }), [])
  return (
    <div ref={box} id="outlook-help" role="status">
      <Note kind="warn">
        <p>{doors.outlookNotHelp}</p>
        {connection?.link != null && <Copy label={doors.outlookLink} value={connection.link} />}
      </Note>
    </div>
  )
}

/** Connects classic Outlook to a calendar. The secret is made on a press; after it the window waits for Outlook's first request. */
export const OutlookWindow = ({
  me,
  calendars,
  calendar: first,
  onExport,
  onPhone,
  onClose,
}: {
  readonly me: Me
  readonly calendars: readonly Calendar[]
  /** The calendar that it was opened for. */
  readonly calendar: Calendar
  readonly onExport: (calendar: Calendar) => void
  readonly onPhone: (calendar: Calendar) => void
  readonly onClose: () => void
}) => {
  const texts = useTexts()
  const { doors } = texts
  const [chosen, setChosen] = useState(first.id)
  const [name, setName] = useState('')
  const [pressed, setPressed] = useState(false)
  const [late, setLate] = useState(false)
  const offered = calendars.filter((one) => canConnect(one) || one.id === first.id)
  const calendar = offered.find(({ id }) => id === chosen) ?? first
  const loaded = useLoaded('outlook', (signal) => call<OutlookConnection[]>('GET', '/outlook-connections', { signal }))
  const here = (loaded.data ?? []).filter((one) => one.calendar === calendar.id)
  const opener = useRef<HTMLAnchorElement>(null)
  /** The press that makes the connection opens Outlook too, once its link is here. */
  const opens = useRef(false)
  const [made, setMade] = useState<string | null>(null)
  const connection = here.find(({ id }) => id === made) ?? null
  const done = connection !== null && connection.lastSyncMs !== null

  const create = useAction(async () => {
    const body = { calendar: calendar.id, name: name.trim() === '' ? doors.outlookNameExample : name.trim() }
    setMade((await call<OutlookConnection>('POST', '/outlook-connections', { body })).id)
    opens.current = true
    loaded.reload()
  })
  const link = connection?.link ?? null
  useEffect(() => {
    if (!opens.current || link === null) return
    opens.current = false
    opener.current?.click()
  }, [link])
  const { reload } = loaded
  useEffect(() => {
    if (!pressed || done) return
    const ask = setInterval(reload, askEveryMs)
    const help = setTimeout(() => setLate(true), helpAfterMs)
    return () => {
      clearInterval(ask)
      clearTimeout(help)
    }
  }, [pressed, done, reload])

  const owner = calendar.owner.name === '' ? calendar.owner.login : calendar.owner.name
  return (
    <Window
      title={doors.outlookTitle}
      sub={doors.outlookSub}
      onClose={onClose}
      {...(connection === null ? { onSubmit: create.run } : {})}
      footer={
        <>
          {!done && (
            <button
              type="button"
              class="button plain link first"
              aria-expanded={late}
              aria-controls="outlook-help"
              onClick={() => setLate(!late)}
            >
              {doors.outlookNot}
            </button>
          )}
          <button type="button" class="button" onClick={onClose}>
            {done ? texts.done : texts.cancel}
          </button>
          {connection === null ? (
            <button type="submit" class="button main" disabled={create.busy || loaded.data === null}>
              <Icon name="open" />
              {doors.outlookOpen}
            </button>
          ) : (
            link !== null && (
              <a ref={opener} class="button main" href={link} onClick={() => setPressed(true)}>
                <Icon name="open" />
                {doors.outlookOpen}
              </a>
            )
          )}
        </>
      }
    >
      <Field label={texts.calendar} hint={doors.outlookFolder(owner, calendar.name)}>
        {(field) => (
          <select
            {...field}
            value={calendar.id}
            onChange={(event) => {
              setChosen(event.currentTarget.value)
              setMade(null)
              setPressed(false)
              setLate(false)
            }}
          >
            {offered.map((one) => (
              <option key={one.id} value={one.id}>
                {calendarTitle(one, me)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Note kind="info">
        <p>
          <strong>{doors.outlookVersions}</strong>
        </p>
        <p>{doors.outlookVersionsNot}</p>
        <p class="row">
          {calendar.exportAllowed && (
            <button type="button" class="button plain link" onClick={() => onExport(calendar)}>
              {texts.menuExport}
            </button>
          )}
          <button type="button" class="button plain link" onClick={() => onPhone(calendar)}>
            {texts.menuPhone}
          </button>
        </p>
      </Note>
      {!canWrite(calendar) && (
        <Note kind="plain">
          <p>{doors.outlookReadOnly}</p>
        </Note>
      )}
      {here.length > 0 && connection === null && (
        <Note kind="plain" icon="info">
          <p>{doors.outlookAlready(here.map((one) => one.name))}</p>
        </Note>
      )}
      {connection === null ? (
        <TextField
          label={doors.outlookName}
          value={name}
          onInput={setName}
          placeholder={doors.outlookNameExample}
          maxLength={200}
        />
      ) : (
        <p class="hint" role="status">
          {done ? doors.outlookDone : pressed ? doors.outlookWait : ''}
        </p>
      )}
      <h3>{doors.outlookHappens}</h3>
      <ol class="steps">
        {doors.outlookSteps(location.host).map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <dl class="carries">
        <div>
          <dt>{doors.outlookCarried}</dt>
          <dd>{doors.outlookCarries}</dd>
        </div>
        <div>
          <dt>{doors.outlookKept}</dt>
          <dd>{doors.outlookKeeps}</dd>
        </div>
      </dl>
      {late && !done && <Help connection={connection} />}
      <ErrorNote error={create.error ?? loaded.error} />
    </Window>
  )
}
