import { useState } from 'preact/hooks'
import { call, type Me, type PersonState } from '../api.ts'
import { useTexts } from '../texts/index.ts'
import { useConfirm } from '../ui/confirm.tsx'
import { CheckField, Field, TextField } from '../ui/field.tsx'
import { useAction, useLoaded } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { ErrorNote } from '../ui/note.tsx'
import { useWhen } from '../ui/when.ts'
import { Window } from '../ui/window.tsx'
import { AdminTable } from './admin-table.tsx'

/** A new account. Its password is told to the person by the administrator; they change it in their settings. */
const NewPersonWindow = ({ onClose, onSaved }: { readonly onClose: () => void; readonly onSaved: () => void }) => {
  const texts = useTexts()
  const { setup } = texts
  const [name, setName] = useState('')
  const [login, setLogin] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [locale, setLocale] = useState<Me['locale']>(texts.locale.startsWith('ru') ? 'ru' : 'en')
  const [admin, setAdmin] = useState(false)
  const save = useAction(async () => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
    const body = {
      login: login.trim(),
      password,
      name: name.trim() || login.trim(),
      email: email.trim(),
      admin,
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
      <ErrorNote error={save.error} />
    </Window>
  )
}

/** People with their connections; accounts are made and ended here. */
export const PeoplePart = ({ me }: { readonly me: Me }) => {
  const texts = useTexts()
  const { setup } = texts
  const { moment } = useWhen()
  const ask = useConfirm()
  const [adding, setAdding] = useState(false)
  const people = useLoaded('people', (signal) => call<PersonState[]>('GET', '/admin/people', { signal }))
  const remove = useAction(async ({ id, name }: PersonState) => {
    const question = { title: texts.doors.confirmTitle, text: setup.personRemoveAsk(name), act: setup.personRemove }
    if (!(await ask(question))) return
    await call('DELETE', `/people/${encodeURIComponent(id)}`)
    people.reload()
  })
  return (
    <>
      <div class="row">
        <button type="button" class="button main" onClick={() => setAdding(true)}>
          <Icon name="plus" />
          {setup.personAdd}
        </button>
      </div>
      <ErrorNote error={people.error ?? remove.error} />
      {people.data !== null && (
        <AdminTable
          labelledBy="admin-part"
          columns={[setup.columnPerson, setup.columnDevices, setup.columnLinks, 'Outlook', setup.columnLast]}
          buttons={setup.personRemove}
          rows={people.data.map((person) => ({
            key: person.id,
            cells: [
              <>
                {person.name}
                <span class="sub block">
                  {person.admin ? `${person.login} · ${setup.administrator}` : person.login}
                </span>
              </>,
              person.devices,
              person.links,
              person.outlooks,
              person.lastMs === null ? texts.never : moment(person.lastMs),
              person.id !== me.id && (
                <button
                  type="button"
                  class="button danger"
                  aria-label={`${setup.personRemove}: ${person.name}`}
                  disabled={remove.busy}
                  onClick={() => void remove.run(person)}
                >
                  {setup.personRemove}
                </button>
              ),
            ],
          }))}
        />
      )}
      {adding && (
        <NewPersonWindow
          onClose={() => setAdding(false)}
          onSaved={() => {
            setAdding(false)
            people.reload()
          }}
        />
      )}
    </>
  )
}
