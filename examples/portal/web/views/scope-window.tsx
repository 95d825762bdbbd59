import { useState } from 'preact/hooks'
import type { CalendarEvent } from '../api.ts'
import { dayTitle } from '../dates.ts'
import { useTexts } from '../texts/index.ts'
import { Window } from '../ui/window.tsx'
import type { Scope } from './event-paths.ts'

/** What is done with a series. */
type SeriesAct = 'change' | 'delete' | 'answer'

/** Asks how much of a series is meant; only this one is chosen. */
export const ScopeWindow = ({
  event,
  act,
  scopes,
  onClose,
  onChosen,
}: {
  readonly event: CalendarEvent
  readonly act: SeriesAct
  /** Those that the change allows, in order. */
  readonly scopes: readonly Scope[]
  readonly onClose: () => void
  readonly onChosen: (scope: Scope) => void
}) => {
  const { grid, locale } = useTexts()
  const [scope, setScope] = useState<Scope>(scopes[0] ?? 'all')
  const day = dayTitle(event.start.slice(0, 10), locale)
  const title = { change: grid.scopeTitle, delete: grid.scopeDeleteTitle, answer: grid.scopeAnswerTitle }[act]
  const button = { change: grid.change, delete: grid.deleteDo, answer: grid.answerDo }[act]
  const words: Readonly<Record<Scope, readonly [title: string, hint: string]>> = {
    one: [grid.scopeOne, grid.scopeOneHint(day)],
    following: [grid.scopeFollowing, grid.scopeFollowingHint(day)],
    all: [grid.scopeAll, grid.scopeAllHint],
  }
  return (
    <Window
      title={title}
      small
      onClose={onClose}
      onSubmit={() => onChosen(scope)}
      footer={
        <>
          <button type="button" class="button" onClick={onClose}>
            {grid.back}
          </button>
          <button type="submit" class={act === 'delete' ? 'button danger' : 'button main'}>
            {button}
          </button>
        </>
      }
    >
      <p class="sub">{grid.scopeText}</p>
      <fieldset class="cards">
        <legend class="hidden-text">{title}</legend>
        {scopes.map((one) => (
          <label key={one} class={`card-choice ${one === scope ? 'chosen' : ''}`}>
            <input
              type="radio"
              name="scope"
              checked={one === scope}
              autofocus={one === scopes[0]}
              onChange={() => setScope(one)}
            />
            <span>
              <strong>{words[one][0]}</strong>
              <span class="hint">{words[one][1]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {event.attendeeCount > 0 && <p class="sub">{grid.noMail}</p>}
    </Window>
  )
}
