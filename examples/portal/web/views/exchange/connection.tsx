import { type Calendar, call, type Me } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { Field } from '../../ui/field.tsx'
import { useAction } from '../../ui/hooks.ts'
import { ErrorNote } from '../../ui/note.tsx'
import { ExchangePart } from './banner-part.tsx'
import { useExchange } from './use-exchange.ts'

/** Exchange among the person's connections: its state, which calendar is joined, and the way to the history. */
export const ExchangeConnection = ({ me, calendars }: { readonly me: Me; readonly calendars: readonly Calendar[] }) => {
  const { exchange } = useTexts()
  const door = useExchange()
  const { state } = door
  const choose = useAction(async (calendar: string) => {
    await call('PUT', '/exchange/calendar', { body: { calendar } })
    state.reload()
  })
  const now = state.data
  if (now === null || now.state === 'not-available' || now.mailbox === null) return null
  const mine = calendars.filter(
    ({ owner, components, readOnly }) => owner.id === me.id && components.includes('VEVENT') && !readOnly,
  )
  return (
    <section aria-labelledby="exchange">
      <div class="page-head">
        <div>
          <h2 id="exchange">{exchange.section}</h2>
          <p class="sub">{exchange.sectionSub(now.mailbox)}</p>
        </div>
        <a class="button" href="/exchange">
          {exchange.history}
        </a>
      </div>
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
