import { useState } from 'preact/hooks'
import { call, type Me, type PersonState } from '../api.ts'
import { useTexts } from '../texts/index.ts'
import { CheckField, Field, TextField } from '../ui/field.tsx'
import { FormWindow } from '../ui/form-window.tsx'
import { useAction } from '../ui/hooks.ts'

interface Standing {
  readonly admin: boolean
  readonly external: boolean
}

/** Whether somebody is an administrator, or from outside: never both. */
const StandingFields = ({
  standing,
  onChange,
}: {
  readonly standing: Standing
  readonly onChange: (standing: Standing) => void
}) => {
  const { groups, setup } = useTexts()
  const { admin, external } = standing
  return (
    <>
      <CheckField
        label={setup.personAdmin}
        hint={setup.personAdminHint}
        checked={admin}
        onChange={(next) => onChange({ admin: next, external: external && !next })}
      />
      {!admin && (
        <CheckField
          label={groups.external}
          hint={groups.externalHint}
          checked={external}
          onChange={(next) => onChange({ admin, external: next })}
        />
      )}
    </>
  )
}

/** A new account. Its password is told to the person by the administrator; they change it in their settings. */
export const NewPersonWindow = ({
  onClose,
  onSaved,
}: {
  readonly onClose: () => void
  readonly onSaved: () => void
}) => {
  const texts = useTexts()
  const { setup } = texts
  const [name, setName] = useState('')
  const [login, setLogin] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [locale, setLocale] = useState<Me['locale']>(texts.locale.startsWith('ru') ? 'ru' : 'en')
  const [standing, setStanding] = useState<Standing>({ admin: false, external: false })
  const save = useAction(async () => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
    const called = { login: login.trim(), name: name.trim() || login.trim(), email: email.trim() }
    await call('POST', '/people', { body: { ...called, ...standing, password, locale, timeZone } })
    onSaved()
  })
  return (
    <FormWindow
      title={setup.personAdd}
      act={setup.personAddDo}
      ready={login.trim() !== '' && password !== ''}
      save={save}
      onClose={onClose}
    >
      <TextField label={setup.personName} value={name} onInput={setName} autocomplete="off" autofocus maxLength={200} />
      <div class="pair">
        <TextField label={texts.login} value={login} onInput={setLogin} autocomplete="off" maxLength={200} />
        <TextField label={setup.personEmail} value={email} onInput={setEmail} autocomplete="off" maxLength={320} />
      </div>
      <div class="pair">
        <TextField
          label={texts.password}
          hint={texts.passwordHint}
          secret
          value={password}
          onInput={setPassword}
          autocomplete="new-password"
        />
        <Field label={texts.language}>
          {(control) => (
            <select
              {...control}
              value={locale}
              onChange={({ currentTarget }) => setLocale(currentTarget.value as Me['locale'])}
            >
              <option value="ru">Русский</option>
              <option value="en">English</option>
            </select>
          )}
        </Field>
      </div>
      <StandingFields standing={standing} onChange={setStanding} />
    </FormWindow>
  )
}

/** What administrators change of an account. */
export const PersonWindow = ({
  person,
  onClose,
  onSaved,
}: {
  readonly person: PersonState
  readonly onClose: () => void
  /** @param admin whether the person is an administrator now */
  readonly onSaved: (admin: boolean) => void
}) => {
  const { setup } = useTexts()
  const [name, setName] = useState(person.name)
  const [email, setEmail] = useState(person.email)
  const [standing, setStanding] = useState<Standing>({ admin: person.admin, external: person.external })
  const save = useAction(async () => {
    const body = { name: name.trim(), email: email.trim(), ...standing }
    await call('PATCH', `/people/${encodeURIComponent(person.id)}`, { body })
    onSaved(standing.admin)
  })
  return (
    <FormWindow title={person.name} sub={person.login} ready={name.trim() !== ''} save={save} onClose={onClose}>
      <div class="pair">
        <TextField
          label={setup.personName}
          value={name}
          onInput={setName}
          autocomplete="off"
          autofocus
          maxLength={200}
        />
        <TextField label={setup.personEmail} value={email} onInput={setEmail} autocomplete="off" maxLength={320} />
      </div>
      <StandingFields standing={standing} onChange={setStanding} />
    </FormWindow>
  )
}
