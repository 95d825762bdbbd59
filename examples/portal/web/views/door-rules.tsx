import { useState } from 'preact/hooks'
import { call, type Doors, type Person } from '../api.ts'
import { useTexts } from '../texts/index.ts'
import { useConfirm } from '../ui/confirm.tsx'
import { FormWindow } from '../ui/form-window.tsx'
import { useAction, useLoaded } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { ErrorNote } from '../ui/note.tsx'
import { AddGrantee, everyone } from './access-list.tsx'

type Door = keyof Doors['on']
type Named = Pick<Person, 'id' | 'name' | 'kind'>
const order: readonly Door[] = ['outlook', 'feed', 'caldav', 'joined', 'exchange']
const namesShown = 2

/** Whom a door is for: `null` are all employees, `all` people from outside too. */
type Audience = readonly Named[] | 'all' | null

/** Chooses whom a door is for. */
const DoorPeopleWindow = ({
  door,
  people,
  onClose,
  onSaved,
}: {
  readonly door: Door
  readonly people: Audience
  readonly onClose: () => void
  readonly onSaved: () => void
}) => {
  const { setup } = useTexts()
  const [kind, setKind] = useState<'employees' | 'all' | 'some'>(
    people === null ? 'employees' : people === 'all' ? 'all' : 'some',
  )
  const [chosen, setChosen] = useState<readonly Named[]>(people === null || people === 'all' ? [] : people)
  const some = kind === 'some'
  const kinds = { employees: setup.doorWhoAll, all: setup.doorWhoOutside, some: setup.doorWhoSome } as const
  const save = useAction(async () => {
    const ids = some ? chosen.map(({ id }) => id) : kind === 'all' ? 'all' : null
    await call('PATCH', '/admin/doors', { body: { people: { [door]: ids } } })
    onSaved()
  })
  return (
    <FormWindow
      title={setup.doorWhoTitle(setup.doorNames[door])}
      ready={!some || chosen.length > 0}
      save={save}
      onClose={onClose}
    >
      <fieldset class="field">
        <legend class="hidden-text">{setup.doorWho}</legend>
        {(['employees', 'all', 'some'] as const).map((value) => (
          <label key={value} class="choice">
            <input type="radio" name="door-people" checked={kind === value} onChange={() => setKind(value)} />
            <span>{kinds[value]}</span>
          </label>
        ))}
      </fieldset>
      {some && (
        <div class="rows">
          {chosen.map(({ id, name, kind }) => (
            <div key={id} class="grant named">
              <span class="face" aria-hidden="true">
                <Icon name={kind === 'group' ? 'people' : 'person'} />
              </span>
              <span class="what">{name}</span>
              <button
                type="button"
                class="button plain square"
                aria-label={setup.doorWhoRemove(name)}
                onClick={() => setChosen(chosen.filter((one) => one.id !== id))}
              >
                <Icon name="close" />
              </button>
            </div>
          ))}
          <AddGrantee
            taken={new Set([everyone, ...chosen.map(({ id }) => id)])}
            onAdd={(one) => setChosen([...chosen, one])}
          />
        </div>
      )}
      <p class="hint">{some ? setup.doorWhoHint : kind === 'all' ? setup.doorOutsideHint : setup.doorEmployeesHint}</p>
    </FormWindow>
  )
}

/** The doors' switches, and whom each is for. */
export const DoorRules = ({ onChanged }: { readonly onChanged: () => void }) => {
  const texts = useTexts()
  const { setup } = texts
  const ask = useConfirm()
  const doors = useLoaded('doors', (signal) => call<Doors>('GET', '/admin/doors', { signal }))
  const listOf = (door: Door): readonly string[] | null => {
    const chosen = doors.data?.people[door] ?? null
    return chosen === 'all' ? null : chosen
  }
  const ids = [...new Set(order.flatMap((door) => listOf(door) ?? []))]
  const named = useLoaded(ids.join(), (signal) =>
    ids.length === 0
      ? Promise.resolve([])
      : call<Person[]>('GET', `/people?ids=${ids.map(encodeURIComponent).join(',')}`, { signal }),
  )
  const [open, setOpen] = useState<Door | null>(null)
  const changed = () => {
    doors.reload()
    onChanged()
  }
  const set = useAction(async (door: Door, on: boolean) => {
    const count = doors.data?.connections[door] ?? 0
    const text = setup.doorAsk(setup.doorNames[door], count)
    if (!on && count > 0 && !(await ask({ title: texts.doors.confirmTitle, text, act: setup.switchOff }))) return
    await call('PATCH', '/admin/doors', { body: { [door]: on } })
    changed()
  })
  const peopleOf = (door: Door): Audience => {
    if (doors.data?.people[door] === 'all') return 'all'
    const chosen = listOf(door)
    return chosen === null ? null : (named.data ?? []).filter(({ id }) => chosen.includes(id))
  }
  const words = (door: Door): string => {
    if (doors.data === null) return ''
    const count = setup.doorCount[door](doors.data.connections[door])
    if (!doors.data.on[door]) return `${setup.doorIsOff} · ${count}`
    const people = peopleOf(door)
    if (people === null) return `${setup.doorAll} · ${count}`
    if (people === 'all') return `${setup.doorOutside} · ${count}`
    const shown = people.slice(0, namesShown).map(({ name }) => name)
    const more = people.length - shown.length
    return `${setup.doorOnly(shown.join(', '), more)} · ${count}`
  }
  return (
    <>
      <p class="sub">{setup.doorsSub}</p>
      <ul class="switches">
        {order.map((door) => (
          <li key={door}>
            <label class="choice">
              <input
                type="checkbox"
                role="switch"
                class="toggle"
                checked={doors.data?.on[door] ?? true}
                aria-checked={doors.data?.on[door] ?? true}
                disabled={doors.data === null || set.busy}
                onChange={({ currentTarget }) => {
                  const wanted = currentTarget.checked
                  // Only the answer moves it: a question may come first.
                  currentTarget.checked = !wanted
                  void set.run(door, wanted)
                }}
              />
              <span class="field">
                <span>{setup.doorNames[door]}</span>
                <span class="hint">{words(door)}</span>
              </span>
            </label>
            <button
              type="button"
              class="button"
              aria-label={setup.doorWhoTitle(setup.doorNames[door])}
              disabled={doors.data === null || (ids.length > 0 && named.data === null)}
              onClick={() => setOpen(door)}
            >
              {setup.doorWho}
            </button>
          </li>
        ))}
      </ul>
      <ErrorNote error={set.error ?? doors.error ?? named.error} />
      {open !== null && (
        <DoorPeopleWindow
          door={open}
          people={peopleOf(open)}
          onClose={() => setOpen(null)}
          onSaved={() => {
            setOpen(null)
            changed()
          }}
        />
      )}
    </>
  )
}
