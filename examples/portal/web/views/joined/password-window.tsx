import { useState } from 'preact/hooks'
import { call, type JoinedAccount } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { TextField } from '../../ui/field.tsx'
import { useAction } from '../../ui/hooks.ts'
import { ErrorNote } from '../../ui/note.tsx'
import { Window } from '../../ui/window.tsx'

/** Another password for an outside account; kept when its service takes it. */
export const PasswordWindow = ({
  account,
  onClose,
  onDone,
}: {
  readonly account: JoinedAccount
  readonly onClose: () => void
  readonly onDone: () => void
}) => {
  const texts = useTexts()
  const { joined } = texts
  const [password, setPassword] = useState('')
  const save = useAction(async () => {
    await call('PUT', `/joined/accounts/${encodeURIComponent(account.id)}/password`, { body: { password } })
    onDone()
  })
  const kind = account.service === 'icloud' || account.service === 'fastmail' ? account.service : 'caldav'
  return (
    <Window
      title={joined.passwordTitle(account.name)}
      sub={joined.passwordSub(account.login)}
      onClose={onClose}
      onSubmit={() => void save.run()}
      footer={
        <>
          <button type="button" class="button" onClick={onClose}>
            {texts.cancel}
          </button>
          <button type="submit" class="button main" disabled={save.busy || password === ''}>
            {joined.passwordDo}
          </button>
        </>
      }
    >
      <TextField
        label={joined.password}
        hint={joined.passwordHints[kind]}
        secret
        autocomplete="off"
        autofocus
        value={password}
        onInput={setPassword}
        maxLength={1_000}
      />
      <p class="hint">{joined.passwordKept}</p>
      <ErrorNote error={save.error} />
    </Window>
  )
}
