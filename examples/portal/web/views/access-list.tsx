import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { type Calendar, call, type Person } from '../api.ts'
import { useTexts } from '../texts/index.ts'
import { useLoaded } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { initials } from '../ui/initials.ts'

export type Grants = Calendar['access']
type Level = Grants[number]['level']

const levels: readonly Level[] = ['none', 'free-busy', 'titles', 'read', 'write', 'owner']
export const everyone = '*'
/** Those who look after calendars of groups: their right stays, see the API. */
const administrators = '@administrators'
const shownMatches = 8

/** Adds a person, a group or everyone by a part of their name. */
export const AddGrantee = ({
  taken,
  onAdd,
}: {
  readonly taken: ReadonlySet<string>
  readonly onAdd: (person: Pick<Person, 'id' | 'name' | 'kind'>) => void
}) => {
  const texts = useTexts()
  const [open, setOpen] = useState(false)
  const [search, setSearch] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const opener = useRef<HTMLButtonElement>(null)
  const wasOpen = useRef(false)
  // At once, so that no letter of a fast hand is lost; and once: names that come in later must not take the focus from the one that was walked to. Closed, it goes back to where it came from.
  useLayoutEffect(() => {
    if (open) field.current?.focus()
    else if (wasOpen.current) opener.current?.focus()
    wasOpen.current = open
  }, [open])
  const people = useLoaded(`people/${search}`, (signal) =>
    call<Person[]>('GET', `/people?search=${encodeURIComponent(search)}`, { signal }),
  )
  const all = { id: everyone, name: texts.accessEveryone, kind: 'group' as const }
  const fits = (name: string) => name.toLowerCase().includes(search.trim().toLowerCase())
  const offered = [...(fits(all.name) ? [all] : []), ...(people.data ?? [])].filter(({ id }) => !taken.has(id))
  if (!open) {
    return (
      <button ref={opener} type="button" class="button plain link" onClick={() => setOpen(true)}>
        <Icon name="plus" />
        {texts.doors.addGrantee}
      </button>
    )
  }
  return (
    <div class="add-grantee">
      <input
        type="text"
        value={search}
        aria-label={texts.doors.granteeSearch}
        placeholder={texts.doors.granteeSearch}
        autocomplete="off"
        maxLength={200}
        ref={field}
        onInput={({ currentTarget }) => setSearch(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.preventDefault()
          setOpen(false)
        }}
      />
      <ul>
        {offered.slice(0, shownMatches).map((person) => (
          <li key={person.id}>
            <button
              type="button"
              class="button plain"
              onClick={() => {
                onAdd(person)
                setOpen(false)
                setSearch('')
              }}
            >
              <Icon name={person.kind === 'group' ? 'people' : 'person'} />
              {person.name}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Who may do what: a row per person or group, and one to add. */
export const AccessList = ({
  access,
  owner,
  onChange,
}: {
  readonly access: Grants
  readonly owner: string
  readonly onChange: (access: Grants) => void
}) => {
  const texts = useTexts()
  const [added, setAdded] = useState<ReadonlyMap<string, string>>(new Map())
  const ids = access.map(({ principal }) => principal).filter((id) => id !== everyone && id !== administrators)
  const known = useLoaded('grantees', (signal) =>
    ids.length === 0
      ? Promise.resolve([])
      : call<Person[]>('GET', `/people?ids=${ids.map(encodeURIComponent).join(',')}`, { signal }),
  )
  const find = (id: string) => known.data?.find((person) => person.id === id)
  const nameOf = (id: string): string =>
    id === everyone ? texts.accessEveryone : (find(id)?.name ?? added.get(id) ?? '…')
  return (
    <fieldset class="field">
      <legend class="heading">{texts.doors.whoSees}</legend>
      <div class="rows">
        {access.length === 0 && <p class="hint">{texts.accessOnlyYou}</p>}
        {access.some(({ principal }) => principal === administrators) && (
          <div class="grant named">
            <span class="face" aria-hidden="true">
              <Icon name="shield" />
            </span>
            <span class="what">
              {texts.groups.administrators}: {texts.levels.owner}
              <span class="hint block">{texts.groups.administratorsWhy}</span>
            </span>
          </div>
        )}
        {access.map(({ principal, level }) => {
          if (principal === administrators) return null
          const name = nameOf(principal)
          const many = principal === everyone || find(principal)?.kind === 'group'
          return (
            <div key={principal} class="grant">
              <span class="face" aria-hidden="true">
                {many ? <Icon name="people" /> : initials(name)}
              </span>
              <span class="what">{name}</span>
              <select
                aria-label={`${texts.access}: ${name}`}
                value={level}
                onChange={({ currentTarget }) =>
                  onChange(
                    access.map((grant) =>
                      grant.principal === principal ? { principal, level: currentTarget.value as Level } : grant,
                    ),
                  )
                }
              >
                {levels
                  .filter((value) => value !== 'none' || level === 'none')
                  .map((value) => (
                    <option key={value} value={value}>
                      {texts.levels[value]}
                    </option>
                  ))}
              </select>
              <button
                type="button"
                class="button plain square"
                aria-label={texts.accessRemove(name)}
                onClick={() => onChange(access.filter((grant) => grant.principal !== principal))}
              >
                <Icon name="close" />
              </button>
            </div>
          )
        })}
        <AddGrantee
          taken={new Set([owner, ...access.map(({ principal }) => principal)])}
          onAdd={({ id, name }) => {
            setAdded((before) => new Map(before).set(id, name))
            onChange([...access, { principal: id, level: 'read' }])
          }}
        />
      </div>
    </fieldset>
  )
}
