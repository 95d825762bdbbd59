import { useState } from 'preact/hooks'
import {
  type AppPassword,
  type Calendar,
  type CreatedAppPassword,
  call,
  type FeedLink,
  type Me,
  type Portal,
} from '../api.ts'
import { useTexts } from '../texts/index.ts'
import { Copy } from '../ui/copy.tsx'
import { TextField } from '../ui/field.tsx'
import { useAction, useLoaded } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { ErrorNote, Note } from '../ui/note.tsx'

/** When and by which program something was last used. */
const useWhen = () => {
  const texts = useTexts()
  return (ms: number | null): string =>
    ms === null
      ? texts.never
      : new Intl.DateTimeFormat(texts.locale, { dateStyle: 'medium', timeStyle: 'short' }).format(ms)
}

const NewPassword = ({
  me,
  portal,
  onCreated,
}: {
  readonly me: Me
  readonly portal: Portal
  readonly onCreated: () => void
}) => {
  const texts = useTexts()
  const [name, setName] = useState('')
  const [created, setCreated] = useState<CreatedAppPassword | null>(null)
  const create = useAction(async () => {
    const body = { name: name.trim() === '' ? texts.deviceExample : name.trim() }
    setCreated(await call<CreatedAppPassword>('POST', '/app-passwords', { body }))
    setName('')
    onCreated()
  })
  return (
    <>
      {location.protocol === 'http:' && (
        <Note kind="warn">
          <p>{texts.httpWarning}</p>
        </Note>
      )}
      <div class="values">
        <Copy label={texts.serverAddress} value={portal.caldavUrl} />
        <Copy label={texts.login} value={me.login} />
      </div>
      {created !== null && (
        <Note kind="ok">
          <Copy label={`${texts.password}: ${created.name}`} value={created.password} />
          <p>{texts.passwordOnce}</p>
        </Note>
      )}
      <form
        class="inline-form"
        onSubmit={(event) => {
          event.preventDefault()
          void create.run()
        }}
      >
        <TextField
          label={texts.deviceName}
          value={name}
          onInput={setName}
          placeholder={texts.deviceExample}
          maxLength={200}
        />
        <button type="submit" class="button main" disabled={create.busy}>
          <Icon name="plus" />
          {texts.newPassword}
        </button>
      </form>
      <ErrorNote error={create.error} />
    </>
  )
}

/** Everything that has access: passwords of devices, and feed links. */
export const ConnectionsPage = ({
  me,
  portal,
  calendars,
}: {
  readonly me: Me
  readonly portal: Portal
  readonly calendars: ReadonlyMap<string, Calendar>
}) => {
  const texts = useTexts()
  const when = useWhen()
  const passwords = useLoaded('passwords', (signal) => call<AppPassword[]>('GET', '/app-passwords', { signal }))
  const links = useLoaded('links', (signal) => call<FeedLink[]>('GET', '/feed-links', { signal }))
  const revoke = useAction(async (path: string, name: string) => {
    if (!confirm(texts.revokeAsk(name))) return
    await call('DELETE', path)
    passwords.reload()
    links.reload()
  })

  const button = (path: string, name: string) => (
    <button
      type="button"
      class="button danger"
      aria-label={`${texts.revoke}: ${name}`}
      onClick={() => revoke.run(path, name)}
    >
      {texts.revoke}
    </button>
  )

  return (
    <div class="text-page">
      <div>
        <h1>{texts.connections}</h1>
        <p class="sub">{texts.connectionsSub}</p>
      </div>
      <ErrorNote error={revoke.error ?? passwords.error ?? links.error} />
      <section aria-labelledby="programs">
        <h2 id="programs">{texts.programs}</h2>
        <p>{texts.programsText}</p>
        <NewPassword me={me} portal={portal} onCreated={passwords.reload} />
        {passwords.data?.length === 0 && <p class="sub">{texts.passwordsEmpty}</p>}
        {passwords.data !== null && passwords.data.length > 0 && (
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{texts.deviceName}</th>
                <th scope="col">{texts.lastUsed}</th>
                <th scope="col">{texts.program}</th>
                <th scope="col">
                  <span class="hidden-text">{texts.revoke}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {passwords.data.map((password) => (
                <tr key={password.id}>
                  <td>{password.name}</td>
                  <td data-label={texts.lastUsed}>{when(password.lastUsedMs)}</td>
                  <td data-label={texts.program}>{password.lastUserAgent ?? '—'}</td>
                  <td>{button(`/app-passwords/${encodeURIComponent(password.id)}`, password.name)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <section aria-labelledby="links">
        <h2 id="links">{texts.feedLinks}</h2>
        {links.data?.length === 0 && <p class="sub">{texts.feedLinksEmpty}</p>}
        {links.data?.map((link) => (
          <div key={link.id} class="link-card">
            <Copy label={`${link.name} · ${calendars.get(link.calendar)?.name ?? '—'}`} value={link.url} />
            <div class="row">
              <span class="sub">
                {texts.lastUsed}: {when(link.lastFetchMs)}
                {link.lastUserAgent === null ? '' : ` · ${link.lastUserAgent}`}
              </span>
              {button(`/feed-links/${encodeURIComponent(link.id)}`, link.name)}
            </div>
          </div>
        ))}
      </section>
    </div>
  )
}
