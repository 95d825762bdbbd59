import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { call, type Me } from '../api.ts'
import { type Language, useTexts } from '../texts/index.ts'
import { TextField } from '../ui/field.tsx'
import { useAction } from '../ui/hooks.ts'
import { ErrorNote, Note } from '../ui/note.tsx'

interface FrontProps {
  readonly language: Language
  readonly onLanguage: (language: Language) => void
  readonly onSignedIn: () => void
  /** Whether people may sign in at a provider. */
  readonly oidc: boolean
}

const Card = ({
  title,
  text,
  language,
  onLanguage,
  onSubmit,
  children,
}: Omit<FrontProps, 'onSignedIn' | 'oidc'> & {
  readonly title: string
  readonly text?: string
  readonly onSubmit: () => void
  readonly children: ComponentChildren
}) => {
  const texts = useTexts()
  return (
    <main class="front">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault()
          onSubmit()
        }}
      >
        <div class="brand">
          <img src="/icon.svg" alt="" width={26} height={26} />
          <span>{texts.portal}</span>
        </div>
        <div>
          <h1>{title}</h1>
          {text !== undefined && <p>{text}</p>}
        </div>
        {children}
      </form>
      <fieldset class="switch languages">
        <legend class="hidden-text">{texts.language}</legend>
        <button type="button" lang="ru" aria-pressed={language === 'ru'} onClick={() => onLanguage('ru')}>
          Русский
        </button>
        <button type="button" lang="en" aria-pressed={language === 'en'} onClick={() => onLanguage('en')}>
          English
        </button>
      </fieldset>
    </main>
  )
}

export const SignInPage = ({ onSignedIn, ...rest }: FrontProps) => {
  const texts = useTexts()
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const { run, busy, error } = useAction(async () => {
    await call<Me>('POST', '/session', { body: { login: login.trim(), password } })
    onSignedIn()
  })
  return (
    <Card {...rest} title={texts.signIn} onSubmit={run}>
      <TextField label={texts.login} value={login} onInput={setLogin} autocomplete="username" autofocus />
      <TextField label={texts.password} secret value={password} onInput={setPassword} autocomplete="current-password" />
      {new URLSearchParams(location.search).has('sign-in') && (
        <Note kind="err">
          <p>{texts.setup.signInFailed}</p>
        </Note>
      )}
      <ErrorNote error={error} />
      <button type="submit" class="button main" disabled={busy}>
        {texts.signIn}
      </button>
      {rest.oidc && (
        <a class="button" href="/api/oidc/start">
          {texts.setup.signInAt}
        </a>
      )}
    </Card>
  )
}

/** The first-run wizard: the code from the console and the administrator's account. */
export const SetupPage = ({ onSignedIn, ...rest }: FrontProps) => {
  const texts = useTexts()
  const [code, setCode] = useState('')
  const [login, setLogin] = useState('')
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const { run, busy, error } = useAction(async () => {
    const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone
    const body = {
      code,
      login: login.trim(),
      password,
      ...(name.trim() === '' ? {} : { name }),
      locale: rest.language,
      timeZone,
    }
    await call<Me>('POST', '/setup', { body })
    onSignedIn()
  })
  return (
    <Card {...rest} title={texts.setupTitle} text={texts.setupText} onSubmit={run}>
      <TextField label={texts.setupCode} value={code} onInput={setCode} autocomplete="off" autofocus />
      <TextField label={texts.login} value={login} onInput={setLogin} autocomplete="username" />
      <TextField label={texts.yourName} value={name} onInput={setName} autocomplete="name" />
      <TextField
        label={texts.password}
        secret
        value={password}
        onInput={setPassword}
        autocomplete="new-password"
        hint={texts.passwordHint}
      />
      <ErrorNote error={error} />
      <button type="submit" class="button main" disabled={busy}>
        {texts.setupDo}
      </button>
    </Card>
  )
}
