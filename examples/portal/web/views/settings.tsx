import { useState } from 'preact/hooks'
import { call, type Me } from '../api.ts'
import { useTexts } from '../texts/index.ts'
import { Field, TextField } from '../ui/field.tsx'
import { useAction } from '../ui/hooks.ts'
import { ErrorNote, Note } from '../ui/note.tsx'

const Profile = ({ me, onChanged }: { readonly me: Me; readonly onChanged: (me: Me) => void }) => {
  const texts = useTexts()
  const [name, setName] = useState(me.name)
  const [locale, setLocale] = useState(me.locale)
  const [timeZone, setTimeZone] = useState(me.timeZone)
  const [saved, setSaved] = useState(false)
  const save = useAction(async () => {
    setSaved(false)
    onChanged(await call<Me>('PATCH', '/me', { body: { name: name.trim(), locale, timeZone } }))
    setSaved(true)
  })
  const zones = [...new Set([me.timeZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])]
  return (
    <form
      class="narrow-form"
      onSubmit={(event) => {
        event.preventDefault()
        void save.run()
      }}
    >
      <TextField label={texts.yourName} value={name} onInput={setName} autocomplete="name" />
      <Field label={texts.language}>
        {(control) => (
          <select
            {...control}
            value={locale}
            onChange={({ currentTarget }) => setLocale(currentTarget.value as Me['locale'])}
          >
            <option value="ru" lang="ru">
              Русский
            </option>
            <option value="en" lang="en">
              English
            </option>
          </select>
        )}
      </Field>
      <Field label={texts.timeZone}>
        {(control) => (
          <select {...control} value={timeZone} onChange={({ currentTarget }) => setTimeZone(currentTarget.value)}>
            {zones.map((zone) => (
              <option key={zone} value={zone}>
                {zone}
              </option>
            ))}
          </select>
        )}
      </Field>
      <ErrorNote error={save.error} />
      <div class="row">
        <button type="submit" class="button main" disabled={save.busy || name.trim() === ''}>
          {texts.save}
        </button>
        <span role="status">{saved ? texts.saved : ''}</span>
      </div>
    </form>
  )
}

const Password = () => {
  const texts = useTexts()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [done, setDone] = useState(false)
  const save = useAction(async () => {
    setDone(false)
    await call('PUT', '/me/password', { body: { current, next } })
    setCurrent('')
    setNext('')
    setDone(true)
  })
  return (
    <form
      class="narrow-form"
      onSubmit={(event) => {
        event.preventDefault()
        void save.run()
      }}
    >
      <TextField
        label={texts.currentPassword}
        secret
        value={current}
        onInput={setCurrent}
        autocomplete="current-password"
      />
      <TextField
        label={texts.nextPassword}
        secret
        value={next}
        onInput={setNext}
        autocomplete="new-password"
        hint={texts.passwordHint}
      />
      <ErrorNote error={save.error} />
      {done && (
        <Note kind="ok">
          <p role="status">{texts.passwordChanged}</p>
        </Note>
      )}
      <div class="row">
        <button type="submit" class="button" disabled={save.busy || current === '' || next.length < 8}>
          {texts.changePassword}
        </button>
      </div>
    </form>
  )
}

/** My name, language, time zone and password. */
export const SettingsPage = ({ me, onChanged }: { readonly me: Me; readonly onChanged: (me: Me) => void }) => {
  const texts = useTexts()
  return (
    <div class="text-page">
      <h1>{texts.settings}</h1>
      <section aria-labelledby="profile">
        <h2 id="profile">{texts.profile}</h2>
        <Profile me={me} onChanged={onChanged} />
      </section>
      <section aria-labelledby="password">
        <h2 id="password">{texts.changePassword}</h2>
        <Password />
      </section>
    </div>
  )
}
