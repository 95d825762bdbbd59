import { type Calendar, call, type JoinedCalendar } from '../../api.ts'
import { useLoaded } from '../../ui/hooks.ts'
import { ErrorNote } from '../../ui/note.tsx'
import { ExchangeHistoryPage } from '../exchange/history-page.tsx'
import { OtherSide } from '../exchange/side.tsx'
import { sideOf } from './side-of.ts'

/** Runs, conflicts and events that were set aside of the joined calendar that the address names. */
export const JoinedHistoryPage = ({ calendars }: { readonly calendars: readonly Calendar[] }) => {
  const id = new URLSearchParams(location.search).get('calendar') ?? ''
  const { path } = sideOf(id)
  const join = useLoaded(path, (signal) => call<JoinedCalendar>('GET', path, { signal }))
  if (join.data === null) return <ErrorNote error={join.error} />
  return (
    <OtherSide side={sideOf(id)} name={join.data.service}>
      <ExchangeHistoryPage calendars={calendars} />
    </OtherSide>
  )
}
