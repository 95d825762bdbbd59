import { useState } from 'preact/hooks'
import { call, type Me, type PersonState } from '../api.ts'
import { useTexts } from '../texts/index.ts'
import { CheckField, Field, TextField } from '../ui/field.tsx'
import { useAction } from '../ui/hooks.ts'
import { ErrorNote } from '../ui/note.tsx'
import { Window } from '../ui/window.tsx'

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
  const [admin, setAdmin] = useState(false)
  const [external, setExternal] = useState(false)
  const save = useAction(async () => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
    const body = {
      login: login.trim(),
      password,
      name: name.trim() || login.trim(),
      email: email.trim(),
      admin,
      external: external && !admin,
      locale,
      timeZone,
    }
    await call('POST', '/people', { body })
    onSaved()
  })
  return (
    <Window
      title={setup.personAdd}
      onClose={onClose}
      onSubmit={() => void save.run()}
      footer={
        <>
          <button type="button" class="button" onClick={onClose}>
            {texts.cancel}
          </button>
          <button type="submit" class="button main" disabled={save.busy || login.trim() === '' || password === ''}>
            {setup.personAddDo}
          </button>
        </>
      }
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
      <CheckField label={setup.personAdmin} checked={admin} onChange={setAdmin} />
      {!admin && (
        <CheckField
          label={texts.groups.external}
          hint={texts.groups.externalHint}
          checked={external}
          onChange={setExternal}
        />
      )}
      <ErrorNote error={save.error} />
    </Window>
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
  readonly onSaved: () => void
}) => {
  const texts = useTexts()
  const [name, setName] = useState(person.name)
  const [email, setEmail] = useState(person.email)
  const [external, setExternal] = useState(person.external)
  const save = useAction(async () => {
    const body = { name: name.trim(), email: email.trim(), ...(person.admin ? {} : { external }) }
    await call('PATCH', `/people/${encodeURIComponent(person.id)}`, { body })
    onSaved()
  })
  return (
    <Window
      title={person.name}
      sub={person.login}
      onClose={onClose}
      onSubmit={() => void save.run()}
      footer={
        <>
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
        <TextField
          label={texts.setup.personName}
          value={name}
          onInput={setName}
          autocomplete="off"
          autofocus
          maxLength={200}
        />
        <TextField
          label={texts.setup.personEmail}
          value={email}
          onInput={setEmail}
          autocomplete="off"
          maxLength={320}
        />
      </div>
      {!person.admin && (
        <CheckField
          label={texts.groups.external}
          hint={texts.groups.externalHint}
          checked={external}
          onChange={setExternal}
        />
      )}
      <ErrorNote error={save.error} />
    </Window>
  )
}
