import { useState } from 'preact/hooks'
import { type Calendar, call, type JoinedAccount, type JoinedList, type Me } from '../../api.ts'
import { useLoaded } from '../../ui/hooks.ts'
import { ChooseWindow } from './choose-window.tsx'
import { SignInWindow } from './sign-in-window.tsx'

/** Two steps: sign in to the service, unless that was done, then choose calendars. */
export const JoinWindow = ({
  me,
  account,
  calendars,
  onClose,
  onDone,
}: {
  readonly me: Me
  /** Whose calendars are chosen at once; `null`: a new account. */
  readonly account: string | null
  readonly calendars: readonly Calendar[]
  readonly onClose: () => void
  readonly onDone: (count: number) => void
}) => {
  const list = useLoaded('joined', (signal) => call<JoinedList>('GET', '/joined', { signal }))
  const [made, setMade] = useState<JoinedAccount | null>(null)
  const chosen = made ?? list.data?.accounts.find(({ id }) => id === account) ?? null
  if (chosen === null && account !== null && list.data === null && list.error === null) return null
  if (chosen === null) return <SignInWindow list={list} onClose={onClose} onMade={setMade} />
  const own = calendars.filter(
    ({ owner, components, readOnly, exchange, joined }) =>
      owner.id === me.id && components.includes('VEVENT') && !readOnly && !exchange && joined === null,
  )
  const told = () => dispatchEvent(new Event('dayport-joins'))
  return (
    <ChooseWindow
      account={chosen}
      own={own}
      onClose={() => {
        told()
        onClose()
      }}
      onDone={(count) => {
        told()
        onDone(count)
      }}
    />
  )
}
