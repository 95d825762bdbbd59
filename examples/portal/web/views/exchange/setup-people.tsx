import { call, type ExchangePerson } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { useAction, useLoaded } from '../../ui/hooks.ts'
import { ErrorNote } from '../../ui/note.tsx'

/** Everybody with their mailbox and state; an administrator gives another mailbox or leaves somebody out. */
export const ExchangePeople = () => {
  const texts = useTexts()
  const { exchange } = texts
  const people = useLoaded('exchange-people', (signal) =>
    call<ExchangePerson[]>('GET', '/admin/exchange/people', { signal }),
  )
  const change = useAction(async (id: string, body: { readonly mailbox?: string | null; readonly off?: boolean }) => {
    await call('PATCH', `/admin/exchange/people/${encodeURIComponent(id)}`, { body })
    people.reload()
  })
  return (
    <section aria-labelledby="exchange-people">
      <h2 id="exchange-people">{exchange.people}</h2>
      <ErrorNote error={change.error ?? people.error} />
      <div class="table-card">
        <table class="table" aria-labelledby="exchange-people">
          <thead>
            <tr>
              <th scope="col">{exchange.person}</th>
              <th scope="col">{exchange.mailbox}</th>
              <th scope="col">{exchange.state}</th>
              <th scope="col">
                <span class="hidden-text">{exchange.leaveOut}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {(people.data ?? []).map((person) => (
              <tr key={person.id}>
                <td data-label={exchange.person}>
                  {person.name}
                  <span class="sub block">{person.login}</span>
                </td>
                <td data-label={exchange.mailbox}>
                  <input
                    type="text"
                    aria-label={`${exchange.ownMailbox}: ${person.name}`}
                    placeholder={person.exchange.mailbox ?? ''}
                    value={person.own ?? ''}
                    onChange={({ currentTarget }) => {
                      const mailbox = currentTarget.value.trim()
                      void change.run(person.id, { mailbox: mailbox === '' ? null : mailbox })
                    }}
                  />
                </td>
                <td data-label={exchange.state}>
                  {exchange.states[person.exchange.state]}
                  {person.exchange.state === 'error' && <span class="sub block">{person.exchange.text}</span>}
                </td>
                <td>
                  <button
                    type="button"
                    class="button"
                    disabled={change.busy}
                    aria-label={`${person.off ? exchange.takeIn : exchange.leaveOut}: ${person.name}`}
                    onClick={() => void change.run(person.id, { off: !person.off })}
                  >
                    {person.off ? exchange.takeIn : exchange.leaveOut}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
