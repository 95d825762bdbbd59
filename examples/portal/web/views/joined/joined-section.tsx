import { useEffect, useState } from 'preact/hooks'
import { call, type JoinedAccount, type JoinedList, type Me } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { useDoors } from '../../ui/doors-context.ts'
import { useAction, useLoaded } from '../../ui/hooks.ts'
import { Icon } from '../../ui/icon.tsx'
import { ErrorNote } from '../../ui/note.tsx'
import { Closed } from '../connection-table.tsx'
import { goToService } from './go-to-service.ts'
import { JoinedRow } from './joined-row.tsx'
import { LeaveWindow } from './leave-window.tsx'
import { PasswordWindow } from './password-window.tsx'

type Open =
  | { readonly kind: 'password'; readonly account: JoinedAccount }
  | { readonly kind: 'leave'; readonly id: string; readonly name: string }

/** Outside calendars among the person's connections: accounts, how each joined calendar stands, and the end of it. */
export const JoinedSection = ({
  me,
  onJoin,
  onChanged,
}: {
  readonly me: Me
  readonly onJoin: (account: string | null) => void
  readonly onChanged: () => void
}) => {
  const texts = useTexts()
  const { joined } = texts
  const ask = useConfirm()
  const list = useLoaded('joined', (signal) => call<JoinedList>('GET', '/joined', { signal }))
  const [open, setOpen] = useState<Open | null>(null)
  const { reload } = list
  useEffect(() => {
    addEventListener('dayport-joins', reload)
    return () => removeEventListener('dayport-joins', reload)
  }, [reload])
  const again = useAction((account: JoinedAccount) => goToService(account.service, account.id))
  const forget = useAction(async ({ id, login }: JoinedAccount) => {
    const question = { title: texts.doors.confirmTitle, text: joined.forgetAsk(login), act: joined.forget }
    if (!(await ask(question))) return
    await call('DELETE', `/joined/accounts/${encodeURIComponent(id)}`)
    reload()
  })
  const changed = () => {
    setOpen(null)
    reload()
    onChanged()
  }
  const on = useDoors().joined && (list.data?.on ?? true)
  const accounts = list.data?.accounts ?? []
  const signIn = (account: JoinedAccount) =>
    account.service === 'google' || account.service === 'microsoft'
      ? void again.run(account)
      : setOpen({ kind: 'password', account })

  return (
    <section aria-labelledby="joined" class="joined">
      <div class="page-head">
        <div>
          <h2 id="joined">{joined.section}</h2>
          <p class="sub">{joined.sectionSub}</p>
        </div>
        {on && (
          <button type="button" class="button" onClick={() => onJoin(null)}>
            <Icon name="plus" />
            {joined.add}
          </button>
        )}
      </div>
      {!on && <Closed text={joined.off} />}
      <ErrorNote error={list.error ?? again.error ?? forget.error} />
      {list.data !== null && on && accounts.length === 0 && <p class="sub">{joined.none}</p>}
      {accounts.map((account) => {
        const title = `${account.name} · ${account.login}`
        return (
          <section key={account.id} class="table-card account" aria-label={title}>
            <header class="row">
              <span class="face square-face">
                <Icon name="link" />
              </span>
              <h3>
                {account.name}
                <span class="sub block">{account.login}</span>
              </h3>
              <span class="spring" />
              {on && (
                <button
                  type="button"
                  class={account.signedOut ? 'button main' : 'button plain link'}
                  disabled={again.busy}
                  onClick={() => signIn(account)}
                >
                  {account.service === 'google' || account.service === 'microsoft'
                    ? joined.signInAgain
                    : joined.newPassword}
                </button>
              )}
              {on && !account.signedOut && (
                <button
                  type="button"
                  class="button"
                  aria-label={joined.chooseOf(title)}
                  onClick={() => onJoin(account.id)}
                >
                  {joined.choose}
                </button>
              )}
              {account.calendars.length === 0 && (
                <button
                  type="button"
                  class="button danger"
                  aria-label={joined.forgetOf(title)}
                  disabled={forget.busy}
                  onClick={() => void forget.run(account)}
                >
                  {joined.forget}
                </button>
              )}
            </header>
            {account.calendars.length === 0 ? (
              <p class="sub">{joined.empty}</p>
            ) : (
              <ul>
                {account.calendars.map((calendar) => (
                  <JoinedRow
                    key={calendar.id}
                    me={me}
                    calendar={calendar}
                    onLeave={() => setOpen({ kind: 'leave', id: calendar.id, name: calendar.name })}
                    onChanged={reload}
                  />
                ))}
              </ul>
            )}
          </section>
        )
      })}
      {open?.kind === 'leave' && <LeaveWindow {...open} onClose={() => setOpen(null)} onDone={changed} />}
      {open?.kind === 'password' && (
        <PasswordWindow account={open.account} onClose={() => setOpen(null)} onDone={changed} />
      )}
    </section>
  )
}
