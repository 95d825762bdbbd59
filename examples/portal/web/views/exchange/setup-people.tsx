import { call, type ExchangePerson } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { useAction, useLoaded } from '../../ui/hooks.ts'
import { ErrorNote } from '../../ui/note.tsx'
import { roles } from '../../ui/table-roles.ts'

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
        <table class="table" aria-labelledby="exchange-people" {...roles.table}>
          <thead {...roles.group}>
            <tr {...roles.row}>
              <th scope="col" {...roles.header}>
                {exchange.person}
              </th>
              <th scope="col" {...roles.header}>
                {exchange.mailbox}
              </th>
              <th scope="col" {...roles.header}>
                {exchange.state}
              </th>
              <th scope="col" {...roles.header}>
                <span class="hidden-text">{exchange.leaveOut}</span>
              </th>
            </tr>
          </thead>
          <tbody {...roles.group}>
            {(people.data ?? []).map((person) => (
              <tr key={person.id} {...roles.row}>
                <td data-label={exchange.person} {...roles.cell}>
                  {person.name}
                  <span class="sub block">{person.login}</span>
                </td>
                <td data-label={exchange.mailbox} {...roles.cell}>
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
                <td data-label={exchange.state} {...roles.cell}>
                  {exchange.states[person.exchange.state]}
                  {person.exchange.state === 'error' && <span class="sub block">{person.exchange.text}</span>}
                </td>
                <td {...roles.cell}>
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
