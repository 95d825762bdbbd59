import { type Calendar, call, type Me } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { Field } from '../../ui/field.tsx'
import { useAction } from '../../ui/hooks.ts'
import { ErrorNote } from '../../ui/note.tsx'
import { useWhen } from '../../ui/when.ts'
import { ConnectionTable } from '../connection-table.tsx'
import { ExchangePart } from './banner-part.tsx'
import { useExchange } from './use-exchange.ts'

/** Exchange among the person's connections: its state, which calendar is joined, and the way to the history. */
export const ExchangeConnection = ({ me, calendars }: { readonly me: Me; readonly calendars: readonly Calendar[] }) => {
  const { exchange } = useTexts()
  const when = useWhen()
  const door = useExchange()
  const { state } = door
  const choose = useAction(async (calendar: string) => {
    await call('PUT', '/exchange/calendar', { body: { calendar } })
    state.reload()
  })
  const now = state.data
  if (now === null || now.state === 'not-available' || now.mailbox === null) return null
  const mine = calendars.filter(
    ({ owner, components, readOnly, joined }) =>
      owner.id === me.id && components.includes('VEVENT') && !readOnly && joined === null,
  )
  return (
    <section aria-labelledby="exchange">
      <h2 id="exchange">Exchange</h2>
      {now.calendar !== null && (
        <ConnectionTable
          labelledBy="exchange"
          rows={[
            {
              key: 'exchange',
              icon: 'server',
              name: mine.find(({ id }) => id === now.calendar)?.name ?? exchange.section,
              sub: exchange.sectionSub(now.mailbox),
              program: 'Exchange',
              last: now.lastSuccessMs === null ? '—' : when.moment(now.lastSuccessMs),
              state: now.state === 'error' ? 'failing' : now.lastSuccessMs === null ? 'unused' : 'works',
              action: (
                <a class="button plain link" href="/exchange">
                  {exchange.historyShort}
                </a>
              ),
            },
          ]}
        />
      )}
      <div class="card-row">
        <ExchangePart me={me} door={door} />
      </div>
      {now.calendar !== null && mine.length > 1 && (
        <Field label={exchange.calendar}>
          {(control) => (
            <select
              {...control}
              value={now.calendar ?? ''}
              disabled={choose.busy}
              onChange={({ currentTarget }) => void choose.run(currentTarget.value)}
            >
              {mine.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <ErrorNote error={choose.error ?? state.error} />
    </section>
  )
}
