import { useEffect, useRef } from 'preact/hooks'
import { call, type JoinedCalendar, type Me } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { useAction } from '../../ui/hooks.ts'
import { ErrorNote } from '../../ui/note.tsx'
import { ExchangePart } from '../exchange/banner-part.tsx'
import { OtherSide } from '../exchange/side.tsx'
import { useExchange } from '../exchange/use-exchange.ts'
import { sideOf } from './side-of.ts'

/** State, progress and Sync now, as Exchange's part of the banner has them. */
const State = ({ me, onKind }: { readonly me: Me; readonly onKind: () => void }) => {
  const door = useExchange()
  const kind = door.state.data?.kind ?? null
  const before = useRef(kind)
  // What the account needs now may be another: a new password, or none any more.
  useEffect(() => {
    if (door.state.data === null || before.current === kind) return
    before.current = kind
    onKind()
  }, [kind, door.state.data, onKind])
  const now = door.state.data
  return (
    <>
      <ExchangePart me={me} door={door} />
      {now?.state === 'error' && now.remedy !== '' && now.kind !== 'credentials' && <p class="sub">{now.remedy}</p>}
      <ErrorNote error={door.sync.error ?? door.stop.error} />
    </>
  )
}

/** One joined calendar: how it stands, which way changes go, its history, and the end of it. */
export const JoinedRow = ({
  me,
  calendar,
  onLeave,
  onChanged,
}: {
  readonly me: Me
  readonly calendar: JoinedCalendar
  readonly onLeave: () => void
  readonly onChanged: () => void
}) => {
  const { joined } = useTexts()
  const { id, name, direction, service } = calendar
  const turn = useAction(async (next: string) => {
    await call('PATCH', sideOf(id).path, { body: { direction: next } })
    onChanged()
  })
  return (
    <li>
      <div class="row">
        <strong class="what">{name}</strong>
        <span class="spring" />
        <select
          aria-label={joined.directionOf(name)}
          value={direction}
          disabled={turn.busy}
          onChange={({ currentTarget }) => {
            const next = currentTarget.value
            // Only the answer turns it: the outside calendar may be for reading only.
            currentTarget.value = direction
            void turn.run(next)
          }}
        >
          {(['both', 'to-portal'] as const).map((one) => (
            <option key={one} value={one}>
              {joined.directions[one]}
            </option>
          ))}
        </select>
        <a class="button plain link" href={sideOf(id).page} aria-label={joined.historyOf(name)}>
          {joined.history}
        </a>
        <button type="button" class="button danger" aria-label={joined.leaveOf(name)} onClick={onLeave}>
          {joined.leave}
        </button>
      </div>
      <div class="card-row">
        <OtherSide side={sideOf(id)} name={service}>
          <State me={me} onKind={onChanged} />
        </OtherSide>
      </div>
      <ErrorNote error={turn.error} />
    </li>
  )
}
