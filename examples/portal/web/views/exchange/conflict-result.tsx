import type { EventDetail, ExchangeConflict } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { groupName, inOrder, spanWords, valueWords } from './group-words.ts'

export type Side = 'portal' | 'remote'
/** A side for each group that was decided so far, or both versions. */
export type Choice = Readonly<Record<string, Side>> | 'keep-both'

/** What will be when the choice is saved, and what was before anybody changed it. */
export const ConflictResult = ({
  conflict,
  event,
  choice,
}: {
  readonly conflict: ExchangeConflict
  /** The event as the portal has it, with all that is merged already; `null` while it is loaded, and when it is gone. */
  readonly event: EventDetail | null
  readonly choice: Choice
}) => {
  const texts = useTexts()
  const { exchange, grid, locale } = texts
  const groups = inOrder(Object.keys(conflict.groups))
  const merged: Readonly<Record<string, string>> =
    event === null
      ? {}
      : {
          title: event.title,
          time: spanWords(event, locale),
          place: event.place,
          body: event.description,
          people: event.attendees.length === 0 ? '' : grid.attendees(event.attendees.length),
        }

  const names = inOrder([...new Set([...Object.keys(merged), ...groups])])
  const version = (sideOf: (group: string) => Side | undefined) => {
    const parts = names.flatMap((group) => {
      const values = conflict.groups[group]
      if (values === undefined) {
        const text = merged[group] ?? ''
        return text === '' ? [] : [<span key={group}>{text}</span>]
      }
      const side = sideOf(group)
      const said = side === undefined ? exchange.unchosen : valueWords(texts, group, values[side])
      return [
        <span key={group}>
          {groupName(texts, group).toLocaleLowerCase(locale)}: {side === undefined ? said : <strong>{said}</strong>}
        </span>,
      ]
    })
    return parts.flatMap((part, index) => (index === 0 ? [part] : [', ', part]))
  }

  return (
    <div class="result" role="status">
      {choice === 'keep-both' ? (
        <>
          <p>{exchange.bothResult}:</p>
          <p>1. {version(() => 'portal')}</p>
          <p>2. {version(() => 'remote')}</p>
        </>
      ) : (
        <p>
          <span class="sub">{exchange.result}:</span> {version((group) => choice[group])}
        </p>
      )}
      <p class="hint">
        {exchange.before}:{' '}
        {groups
          .map((group) => {
            const before = conflict.groups[group]?.before ?? null
            return `${groupName(texts, group).toLocaleLowerCase(locale)}: ${valueWords(texts, group, before)}`
          })
          .join(', ')}
      </p>
    </div>
  )
}
