import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { addressesIn } from '../addresses.ts'
import { call, type FoundPerson } from '../api.ts'
import { attendeeChoices, type Choice } from '../attendee-choices.ts'
import type { Invited } from '../event-draft.ts'
import { useTexts } from '../texts/index.ts'
import { useLoaded, useSettled } from '../ui/hooks.ts'
import { Icon, type IconName } from '../ui/icon.tsx'

const shownMatches = 8

/** An attendee as the form shows them: `answer` is `null` for those who are not stored yet. */
export interface ShownAttendee extends Invited {
  readonly answer: 'ACCEPTED' | 'DECLINED' | 'TENTATIVE' | 'NEEDS-ACTION' | 'DELEGATED' | null
}

const signs: Readonly<Record<string, readonly [kind: string, icon: IconName]>> = {
  ACCEPTED: ['ok', 'check'],
  TENTATIVE: ['warn', 'help'],
  DECLINED: ['err', 'close'],
}

/** As the server takes them. */
const maxAttendees = 500

const icons = { person: 'person', group: 'people', room: 'pin', resource: 'person', address: 'person' } as const
const fold = (email: string): string => email.toLowerCase()

/**
 * Who is invited, with their answers; people of the portal are found by name, all others are typed or pasted as addresses. A group adds those
 * who are in it now, each by themselves.
 */
export const AttendeesField = ({
  attendees,
  organizer,
  onChange,
  children,
}: {
  readonly attendees: readonly ShownAttendee[]
  /** Address of who organizes, and so is not offered. */
  readonly organizer: string
  readonly onChange: (attendees: readonly Invited[]) => void
  /** Stands under the list. */
  readonly children?: ComponentChildren
}) => {
  const { grid } = useTexts()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(0)
  const [said, setSaid] = useState('')
  /** What a choice could not do. */
  const [note, setNote] = useState('')
  const settled = useSettled(text).trim()
  const found = useLoaded(`invite/${settled}`, (signal) =>
    settled === ''
      ? Promise.resolve([])
      : call<FoundPerson[]>('GET', `/people?members=true&search=${encodeURIComponent(settled)}`, { signal }),
  )
  const plain = attendees.map(({ answer: _, ...one }): Invited => one)
  const taken = new Set([organizer, ...attendees.map(({ email }) => email)].map(fold))
  const typed = addressesIn(text)
  const people = settled === text.trim() ? (found.data ?? []) : []
  const choices = attendeeChoices(people, typed, taken, shownMatches)
  const without = people.filter(({ email, kind }) => email === '' && kind !== 'group')
  const shows = open && text.trim() !== ''
  const chosen = choices[Math.min(active, choices.length - 1)]

  const add = (more: readonly Invited[]) => {
    const fresh = more.filter(({ email }) => !taken.has(fold(email)))
    setText('')
    setOpen(false)
    setActive(0)
    setNote('')
    if (plain.length + fresh.length > maxAttendees) setNote(grid.attendeeTooMany(maxAttendees))
    else if (fresh.length > 0) {
      onChange([...plain, ...fresh])
      setSaid(fresh.map(({ name, email }) => grid.attendeeAdded(name || email)).join('. '))
    }
  }
  const choose = ({ kind, name, invited, without: missing }: Choice) => {
    add(invited)
    if (kind === 'group' && missing.length > 0) setNote(grid.attendeeNoAddress(missing.join(', ')))
    else if (kind === 'group' && invited.length === 0) setNote(grid.attendeeGroupNone(name))
    input.current?.focus()
  }
  const hintOf = ({ kind, email, invited }: Choice): string =>
    kind === 'address' ? grid.attendeeByAddress : kind === 'group' ? grid.attendeeGroup(invited.length) : email
  const remove = (email: string, name: string) => {
    onChange(plain.filter((one) => one.email !== email))
    setSaid(grid.attendeeRemoved(name))
    input.current?.focus()
  }

  // On a small screen it would open below what is seen.
  useEffect(() => {
    if (shows && choices.length > 0) list.current?.scrollIntoView({ block: 'nearest' })
  }, [shows, choices.length])

  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const last = plain.at(-1)
    if (step !== 0 && choices.length > 0) {
      setOpen(true)
      setActive((Math.min(active, choices.length - 1) + step + choices.length) % choices.length)
    } else if (event.key === 'Enter' && !event.ctrlKey && text.trim() !== '') {
      if (typed !== null && typed.length > 1) add(typed)
      else if (chosen !== undefined) choose(chosen)
    } else if (event.key === 'Escape' && shows) setOpen(false)
    else if (event.key === 'Backspace' && text === '' && last !== undefined) remove(last.email, last.name || last.email)
    else return
    event.preventDefault()
  }

  return (
    <div class="field">
      <label for={id}>{grid.attendeesLabel}</label>
      <div class="chips-box">
        {attendees.length > 0 && (
          <ul class="chips" aria-label={grid.attendeesLabel}>
            {attendees.map(({ name = '', email, optional = false, answer }, index) => {
              const [kind, icon] = signs[answer ?? ''] ?? ['', null]
              const shown = name === '' ? email : name
              return (
                <li key={email} class={`chip ${kind}`} title={email}>
                  {icon !== null && <Icon name={icon} />}
                  <button
                    type="button"
                    class="role"
                    aria-pressed={optional}
                    aria-label={grid.attendeeOptional(shown)}
                    title={optional ? grid.optionalTip : grid.requiredTip}
                    onClick={() =>
                      onChange(plain.map((one, at) => (at === index ? { ...one, optional: !optional } : one)))
                    }
                  >
                    {shown}
                    {optional && <span class="optional"> {grid.optional}</span>}
                    {answer !== null && <span class="hidden-text">, {grid.answers[answer]}</span>}
                  </button>
                  <button
                    type="button"
                    class="drop"
                    aria-label={grid.attendeeRemove(shown)}
                    onClick={() => remove(email, shown)}
                  >
                    <Icon name="close" />
                  </button>
                </li>
              )
            })}
          </ul>
        )}
        <input
          ref={input}
          id={id}
          type="text"
          role="combobox"
          autocomplete="off"
          maxLength={2_000}
          value={text}
          placeholder={grid.attendeeSearch}
          aria-expanded={shows && choices.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={shows && chosen !== undefined ? `${id}-${choices.indexOf(chosen)}` : undefined}
          aria-describedby={`${id}-note`}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value)
            setOpen(true)
            setActive(0)
            setNote('')
          }}
          onPaste={(event) => {
            const pasted = addressesIn(event.clipboardData?.getData('text') ?? '')
            if (pasted === null || text.trim() !== '') return
            event.preventDefault()
            add(pasted)
          }}
          onBlur={() => {
            // An address that stands there when the field is left was meant.
            if (typed !== null) add(typed)
            setOpen(false)
          }}
          onKeyDown={onKeyDown}
        />
        <div
          ref={list}
          id={`${id}-list`}
          role="listbox"
          class="options"
          aria-label={grid.attendeesLabel}
          hidden={!shows || choices.length === 0}
        >
          {choices.map((choice, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the field above has the keys and the focus.
            <div
              key={choice.key}
              id={`${id}-${index}`}
              role="option"
              aria-selected={choice === chosen}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => choose(choice)}
            >
              <Icon name={icons[choice.kind]} />
              <span class="what">{choice.name === '' ? choice.email : choice.name}</span>
              <span class="hint">{hintOf(choice)}</span>
            </div>
          ))}
        </div>
        {shows && choices.length === 0 && settled !== '' && settled === text.trim() && found.data !== null && (
          <p class="hint options-none">
            {without.length > 0
              ? grid.attendeeNoAddress(without.map(({ name }) => name).join(', '))
              : grid.attendeeNobody}
          </p>
        )}
      </div>
      <p id={`${id}-note`} class="hint">
        {attendees.length > 0 &&
          `${grid.answered(
            attendees.filter(({ answer }) => answer === 'ACCEPTED').length,
            attendees.filter(({ answer }) => answer === 'TENTATIVE').length,
            attendees.filter(({ answer }) => answer === null || answer === 'NEEDS-ACTION').length,
          )}. `}
        {grid.noInvitations}
      </p>
      {note !== '' && (
        <p class="hint" role="status">
          {note}
        </p>
      )}
      {children}
      <span class="hidden-text" role="status">
        {said}
      </span>
    </div>
  )
}
