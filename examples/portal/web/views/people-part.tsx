import { useState } from 'preact/hooks'
import { call, type Me, type PersonState } from '../api.ts'
import { useTexts } from '../texts/index.ts'
import { useConfirm } from '../ui/confirm.tsx'
import { useAction, useLoaded } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { ErrorNote } from '../ui/note.tsx'
import { useWhen } from '../ui/when.ts'
import { AdminTable } from './admin-table.tsx'
import { NewPersonWindow, PersonWindow } from './person-window.tsx'

/** People with their connections; accounts are made and ended here. */
export const PeoplePart = ({
  me,
  onSelf,
}: {
  readonly me: Me
  /** The person took their own administration away: this page is not theirs any more. */
  readonly onSelf: () => void
}) => {
  const texts = useTexts()
  const { setup } = texts
  const { moment } = useWhen()
  const ask = useConfirm()
  const [adding, setAdding] = useState(false)
  const [editing, setEditing] = useState<PersonState | null>(null)
  const people = useLoaded('people', (signal) => call<PersonState[]>('GET', '/admin/people', { signal }))
  const remove = useAction(async ({ id, name }: PersonState) => {
    const question = { title: texts.doors.confirmTitle, text: setup.personRemoveAsk(name), act: setup.personRemove }
    if (!(await ask(question))) return
    await call('DELETE', `/people/${encodeURIComponent(id)}`)
    people.reload()
  })
  return (
    <>
      <div class="row">
        <button type="button" class="button main" onClick={() => setAdding(true)}>
          <Icon name="plus" />
          {setup.personAdd}
        </button>
      </div>
      <ErrorNote error={people.error ?? remove.error} />
      {people.data !== null && (
        <AdminTable
          labelledBy="admin-part"
          columns={[setup.columnPerson, setup.columnDevices, setup.columnLinks, 'Outlook', setup.columnLast]}
          buttons={`${texts.groups.personEdit}, ${setup.personRemove}`}
          rows={people.data.map((person) => ({
            key: person.id,
            cells: [
              <>
                {person.name}
                <span class="sub block">
                  {[
                    person.login,
                    ...(person.admin ? [setup.administrator] : []),
                    ...(person.external ? [texts.groups.externalTag] : []),
                  ].join(' · ')}
                </span>
              </>,
              person.devices,
              person.links,
              person.outlooks,
              person.lastMs === null ? texts.never : moment(person.lastMs),
              <div class="row">
                <button
                  type="button"
                  class="button"
                  aria-label={texts.groups.personEditOf(person.name)}
                  onClick={() => setEditing(person)}
                >
                  {texts.groups.personEdit}
                </button>
                {person.id !== me.id && (
                  <button
                    type="button"
                    class="button danger"
                    aria-label={`${setup.personRemove}: ${person.name}`}
                    disabled={remove.busy}
                    onClick={() => void remove.run(person)}
                  >
                    {setup.personRemove}
                  </button>
                )}
              </div>,
            ],
          }))}
        />
      )}
      {editing !== null && (
        <PersonWindow
          person={editing}
          onClose={() => setEditing(null)}
          onSaved={(admin) => {
            setEditing(null)
            if (editing.id === me.id && !admin) onSelf()
            else people.reload()
          }}
        />
      )}
      {adding && (
        <NewPersonWindow
          onClose={() => setAdding(false)}
          onSaved={() => {
            setAdding(false)
            people.reload()
          }}
        />
      )}
    </>
  )
}
