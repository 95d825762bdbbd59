import type { EventDetail } from '../api.ts'
import { dayTitle } from '../dates.ts'
import { draftOf, type EventDraft } from '../event-draft.ts'
import { ruleWords } from '../rule-words.ts'
import { type Texts, useTexts } from '../texts/index.ts'
import { Note } from '../ui/note.tsx'

/** The fields that a person compares, in words. */
const fieldsOf = (draft: EventDraft, texts: Texts): Readonly<Record<string, string>> => {
  const at = (day: string, time: string): string =>
    day === '' ? '' : `${dayTitle(day, texts.locale)}${draft.allDay ? '' : `, ${time}`}`
  const { grid } = texts
  return {
    [texts.title]: draft.title,
    [texts.start]: at(draft.startDay, draft.startTime),
    [texts.end]: at(draft.endDay, draft.endTime),
    [texts.place]: draft.place,
    [texts.description]: draft.description,
    [texts.repeat]: draft.repeat === '' ? texts.repeatNone : ruleWords(draft.repeat, texts),
    [grid.showAs]: grid.busyStates[draft.busy],
    [grid.importance]: grid.importances[draft.importance],
  }
}

/** Somebody was faster: both versions side by side, and what can be done. What a button does stands under the two. */
export const NewerNote = ({
  theirs,
  before,
  draft,
  zone,
  onTake,
  onKeep,
  onBoth,
}: {
  readonly theirs: EventDetail
  /** What the form began with: fields that are as they were stay theirs. */
  readonly before: EventDraft
  readonly draft: EventDraft
  /** The person's own. */
  readonly zone: string
  readonly onTake: () => void
  readonly onKeep: () => void
  /** `null` where the two cannot stand beside each other. */
  readonly onBoth: (() => void) | null
}) => {
  const texts = useTexts()
  const { grid } = texts
  const [left, old, right] = [draftOf(theirs, zone), before, draft].map((one) => fieldsOf(one, texts))
  const names = Object.keys(left ?? {}).filter((name) => left?.[name] !== right?.[name])
  return (
    <Note kind="warn">
      <p>{grid.newer(grid.doorsIn[theirs.changed?.door ?? ''] ?? grid.elsewhere)}</p>
      {names.length > 0 && (
        <table class="compare">
          <thead>
            <tr>
              <td />
              <th scope="col">{grid.theirs}</th>
              <th scope="col">{grid.mine}</th>
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{left?.[name] || '–'}</td>
                <td>{old?.[name] === right?.[name] ? grid.untouched : right?.[name] || '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p class="hint">{onBoth === null ? grid.newerResult : `${grid.newerResult} ${grid.newerBoth}`}</p>
      <div class="row">
        <button type="button" class="button" onClick={onTake}>
          {texts.takeTheirs}
        </button>
        <button type="button" class="button" onClick={onKeep}>
          {texts.keepMine}
        </button>
        {onBoth !== null && (
          <button type="button" class="button" onClick={onBoth}>
            {texts.exchange.keepBoth}
          </button>
        )}
      </div>
    </Note>
  )
}
