import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { type AppPassword, call, type FeedLink, type Me } from '../api.ts'
import { deviceState } from '../devices.ts'
import { useTexts } from '../texts/index.ts'
import { useConfirm } from '../ui/confirm.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { useDoors } from '../ui/doors-context.ts'
import { useAction, useLoaded } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { ErrorNote } from '../ui/note.tsx'
import { useWhen } from '../ui/when.ts'
import { Closed, ConnectionTable, type Row, useSeen } from './connection-table.tsx'
import { OutlookConnections } from './outlook-connections.tsx'

/** Everything that has access: passwords of devices, Outlooks, and feed links. */
export const ConnectionsPage = ({
  me,
  onBanner,
  onConnect,
  onDoctor,
  children,
}: {
  readonly me: Me
  /** Brings the row of connections back. */
  readonly onBanner: () => void
  readonly onConnect: () => void
  readonly onDoctor: () => void
  /** Further sections. */
  readonly children?: ComponentChildren
}) => {
  const texts = useTexts()
  const { doors, setup } = texts
  const on = useDoors()
  const when = useWhen()
  const ask = useConfirm()
  const seen = useSeen()
  const passwords = useLoaded('passwords', (signal) =>
    call<AppPassword[]>('GET', '/app-passwords?revoked=1', { signal }),
  )
  const links = useLoaded('links', (signal) => call<FeedLink[]>('GET', '/feed-links', { signal }))
  // What was revoked on this visit stays in sight, struck through.
  const [revokedHere, setRevokedHere] = useState<ReadonlySet<string>>(new Set())
  const revoke = useAction(async (path: string, text: string) => {
    if (!(await ask({ title: doors.confirmTitle, text, act: texts.revoke }))) return
    await call('DELETE', path)
    setRevokedHere((before) => new Set(before).add(decodeURIComponent(path.split('/').at(-1) ?? '')))
    passwords.reload()
    links.reload()
  })

  const button = (path: string, name: string) => (
    <button
      type="button"
      class="button danger"
      aria-label={`${texts.revoke}: ${name}`}
      onClick={() => revoke.run(path, texts.revokeAsk(name))}
    >
      {texts.revoke}
    </button>
  )
  const subOf = (link: FeedLink): string => {
    const named = link.calendarName === null ? doors.linkOfNothing : doors.linkOf(link.calendarName)
    const of = link.calendar === null ? texts.favourites : named
    const until = link.expiresMs === null ? [] : [doors.icalUntil(when.date(link.expiresMs))]
    return [of, doors.icalDetails[link.options.detail].toLowerCase(), ...until].join(' · ')
  }

  const { reload: reloadPasswords } = passwords
  // A device came in for the first time.
  useEffect(() => {
    addEventListener('dayport-device', reloadPasswords)
    return () => removeEventListener('dayport-device', reloadPasswords)
  }, [reloadPasswords])

  const passwordRows = (passwords.data ?? []).flatMap((password): Row[] => {
    const state = deviceState(password, { nowMs: Date.now(), revokedHere })
    if (state === null) return []
    const refused = state === 'wrong-password' ? password.lastRefusedMs : null
    return [
      {
        key: password.id,
        icon: 'phone',
        name: password.name,
        sub: doors.passwordMade(when.date(password.createdMs)),
        ...seen(refused ?? password.lastUsedMs, password.lastUserAgent),
        state,
        remedy:
          state === 'wrong-password' ? (
            <button type="button" class="button plain link" onClick={onConnect}>
              {doors.renew}
            </button>
          ) : null,
        action:
          password.revokedMs === null
            ? button(`/app-passwords/${encodeURIComponent(password.id)}`, password.name)
            : null,
      },
    ]
  })
  const linkRows = (links.data ?? []).map(
    (link): Row => ({
      key: link.id,
      icon: 'feed',
      name: link.name,
      sub: subOf(link),
      ...seen(link.lastFetchMs, link.lastUserAgent),
      state: link.state,
      action: (
        <span class="row">
          <CopyButton label={doors.copyLink(link.name)} value={link.url} />
          {button(`/feed-links/${encodeURIComponent(link.id)}`, link.name)}
        </span>
      ),
    }),
  )

  return (
    <div class="text-page">
      <div class="page-head">
        <div>
          <h1>{texts.connections}</h1>
          <p class="sub">{doors.connectionsLead}</p>
        </div>
        {!me.banner && (
          <button type="button" class="button" onClick={onBanner}>
            {doors.bannerShow}
          </button>
        )}
        <button type="button" class="button" onClick={onDoctor}>
          <Icon name="help" />
          {texts.setup.doctor}
        </button>
        <button type="button" class="button main" onClick={onConnect}>
          <Icon name="plus" />
          {doors.connect}
        </button>
      </div>
      <ErrorNote error={revoke.error ?? passwords.error ?? links.error} />
      <section aria-labelledby="programs">
        <h2 id="programs">{texts.programs}</h2>
        {!on.caldav && <Closed text={setup.deviceOff} />}
        {on.caldav && passwords.data !== null && passwordRows.length === 0 && <p class="sub">{texts.passwordsEmpty}</p>}
        {passwordRows.length > 0 && <ConnectionTable labelledBy="programs" rows={passwordRows} />}
      </section>
      <OutlookConnections />
      <section aria-labelledby="links">
        <div class="page-head">
          <h2 id="links">{doors.linksTitle}</h2>
          {linkRows.length > 1 && (
            <button
              type="button"
              class="button plain link"
              onClick={() => revoke.run('/feed-links', doors.revokeAllAsk(linkRows.length))}
            >
              {doors.revokeAll}
            </button>
          )}
        </div>
        {!on.feed && <Closed text={setup.exportOff} />}
        {on.feed && links.data?.length === 0 && <p class="sub">{texts.feedLinksEmpty}</p>}
        {linkRows.length > 0 && <ConnectionTable labelledBy="links" rows={linkRows} />}
      </section>
      {children}
    </div>
  )
}
