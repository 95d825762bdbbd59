import { useState } from 'preact/hooks'
import { call, type JoinedAccount } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { TextField } from '../../ui/field.tsx'
import { FormWindow } from '../../ui/form-window.tsx'
import { useAction } from '../../ui/hooks.ts'

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
  const { joined } = useTexts()
  const [password, setPassword] = useState('')
  const save = useAction(async () => {
    await call('PUT', `/joined/accounts/${encodeURIComponent(account.id)}/password`, { body: { password } })
    onDone()
  })
  const kind = account.service === 'icloud' || account.service === 'fastmail' ? account.service : 'caldav'
  return (
    <FormWindow
      title={joined.passwordTitle(account.name)}
      sub={joined.passwordSub(account.login)}
      act={joined.passwordDo}
      ready={password !== ''}
      save={save}
      onClose={onClose}
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
    </FormWindow>
  )
}
