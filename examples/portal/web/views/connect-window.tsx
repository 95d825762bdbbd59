import { useState } from 'preact/hooks'
import { type Calendar, type CreatedAppPassword, call, type Me, type Portal } from '../api.ts'
import { useTexts } from '../texts/index.ts'
import { Copy } from '../ui/copy.tsx'
import { CheckField, TextField } from '../ui/field.tsx'
import { useAction } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { ErrorNote, Note } from '../ui/note.tsx'
import { Window } from '../ui/window.tsx'

/** What a phone or program asks for: server, login and a password of its own, made on a press. */
export const ConnectWindow = ({
  me,
  portal,
  calendar,
  onClose,
}: {
  readonly me: Me
  readonly portal: Portal
  /** The calendar that it was opened for; `null` from the list of connections. */
  readonly calendar: Calendar | null
  readonly onClose: () => void
}) => {
  const texts = useTexts()
  const unsafe = location.protocol === 'http:'
  const [understood, setUnderstood] = useState(false)
  const [name, setName] = useState('')
  const [created, setCreated] = useState<CreatedAppPassword | null>(null)
  const create = useAction(async () => {
    const body = { name: name.trim() === '' ? texts.deviceExample : name.trim() }
    setCreated(await call<CreatedAppPassword>('POST', '/app-passwords', { body }))
  })
  return (
    <Window
      title={texts.doors.connectTitle}
      sub={texts.programsText}
      onClose={onClose}
      {...(created === null ? { onSubmit: create.run } : {})}
      footer={
        created === null ? (
          <>
            <button type="button" class="button" onClick={onClose}>
              {texts.cancel}
            </button>
            <button type="submit" class="button main" disabled={create.busy || (unsafe && !understood)}>
              <Icon name="plus" />
              {texts.newPassword}
            </button>
          </>
        ) : (
          <button type="button" class="button main" onClick={onClose}>
            {texts.done}
          </button>
        )
      }
    >
      {unsafe && (
        <Note kind="warn">
          <p>{texts.httpWarning}</p>
          {created === null && <CheckField label={texts.understood} checked={understood} onChange={setUnderstood} />}
        </Note>
      )}
      <Copy label={texts.serverAddress} value={portal.caldavUrl} />
      {calendar !== null && <Copy label={texts.directAddress} value={calendar.caldavUrl} />}
      <Copy label={texts.login} value={me.login} />
      {created === null ? (
        <TextField
          label={texts.deviceName}
          value={name}
          onInput={setName}
          placeholder={texts.deviceExample}
          maxLength={200}
        />
      ) : (
        <>
          <Copy label={`${texts.password}: ${created.name}`} value={created.password} />
          <Note kind="plain">
            <p>{texts.passwordOnce}</p>
          </Note>
        </>
      )}
      <ErrorNote error={create.error} />
    </Window>
  )
}
