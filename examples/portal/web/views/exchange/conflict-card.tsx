import { useState } from 'preact/hooks'
import { call, type EventDetail, type ExchangeConflict } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { useAction, useLoaded } from '../../ui/hooks.ts'
import { Icon } from '../../ui/icon.tsx'
import { ErrorNote } from '../../ui/note.tsx'
import { roles } from '../../ui/table-roles.ts'
import { useWhen } from '../../ui/when.ts'
import { type Choice, ConflictResult, type Side } from './conflict-result.tsx'
import { groupName, inOrder, spanWords, valueWords } from './group-words.ts'
import { useSide } from './side.tsx'

/** One event that both sides have changed: a choice for each group of fields, or both kept. Nothing is chosen before the person does. */
export const ConflictCard = ({
  conflict,
  calendar,
  mailbox,
  nth,
  onDone,
}: {
  readonly conflict: ExchangeConflict
  /** The portal's calendar that the event is in. */
  readonly calendar: string
  readonly mailbox: string
  /** `2 of 3`; '' when it is the only one. */
  readonly nth: string
  readonly onDone: () => void
}) => {
  const texts = useTexts()
  const { exchange, grid } = texts
  const { path: sidePath } = useSide()
  const { moment } = useWhen()
  const groups = inOrder(Object.keys(conflict.groups)).map(
    (group) => [group, conflict.groups[group] ?? { portal: null, remote: null, before: null }] as const,
  )
  const [choice, setChoice] = useState<Choice>({})
  const chosen = (group: string): Side | undefined => (choice === 'keep-both' ? undefined : choice[group])
  const choose = (group: string, side: Side) =>
    setChoice((before) => ({ ...(before === 'keep-both' ? {} : before), [group]: side }))
  const all = (side: Side) => setChoice(Object.fromEntries(groups.map(([group]) => [group, side])))
  const isAll = (side: Side): boolean => groups.every(([group]) => chosen(group) === side)
  const path = `/calendars/${encodeURIComponent(calendar)}/events/${encodeURIComponent(conflict.object ?? '')}`
  const event = useLoaded(path, (signal) =>
    conflict.object === null ? Promise.resolve(null) : call<EventDetail>('GET', path, { signal }),
  )
  const save = useAction(async () => {
    await call('POST', `${sidePath}/conflicts/${encodeURIComponent(conflict.link)}`, { body: { choice } })
    onDone()
  })
  const title = exchange.conflict(conflict.title === null || conflict.title === '' ? exchange.untitled : conflict.title)
  const { data } = event
  const merged = (
    data === null
      ? []
      : ([
          ['time', spanWords(data, texts.locale)],
          ['title', data.title],
          ['place', data.place],
          ['body', data.description],
          ['people', data.attendees.length === 0 ? '' : grid.attendees(data.attendees.length)],
        ] as const)
  ).filter(([group, text]) => text !== '' && conflict.groups[group] === undefined)
  // The engine's own merge says nothing of who was here.
  const changed = data?.changed?.door === 'sync' ? null : data?.changed

  const cell = (group: string, side: Side, value: string | null) => (
    <td
      data-label={side === 'portal' ? exchange.inPortal : exchange.inExchange}
      class={chosen(group) === side ? 'chosen' : ''}
      {...roles.cell}
    >
      <label class="choice">
        <input
          type="radio"
          name={`${conflict.link}/${group}`}
          checked={chosen(group) === side}
          onChange={() => choose(group, side)}
        />
        <strong>{valueWords(texts, group, value)}</strong>
      </label>
    </td>
  )
  return (
    <section class="table-card conflict" aria-label={title}>
      <header>
        <h2>
          <Icon name="warning" />
          {title}
          {nth !== '' && <span class="state">{nth}</span>}
        </h2>
        <p class="sub">{exchange.conflictSub}</p>
      </header>
      <table class="table sides" {...roles.table}>
        <thead {...roles.group}>
          <tr {...roles.row}>
            <td {...roles.cell} />
            <th scope="col" {...roles.header}>
              {exchange.inPortal}
              {changed && (
                <span class="hint block">
                  {grid.origin(grid.doorsIn[changed.door] ?? grid.elsewhere, moment(changed.atMs))}
                </span>
              )}
            </th>
            <th scope="col" {...roles.header}>
              {exchange.inExchange}
              <span class="hint block">{mailbox}</span>
            </th>
          </tr>
        </thead>
        <tbody {...roles.group}>
          {groups.map(([group, { portal, remote }]) => (
            <tr key={group} {...roles.row}>
              <th scope="row" {...roles.rowHeader}>
                {groupName(texts, group)}
              </th>
              {cell(group, 'portal', portal)}
              {cell(group, 'remote', remote)}
            </tr>
          ))}
          {merged.map(([group, text]) => (
            <tr key={group} {...roles.row}>
              <th scope="row" {...roles.rowHeader}>
                {groupName(texts, group)}
              </th>
              <td colSpan={2} class="sub" {...roles.cell}>
                {text} <span class="hint">· {exchange.same}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <ConflictResult conflict={conflict} event={data} choice={choice} />
      <ErrorNote error={save.error ?? event.error} />
      <footer class="row">
        <button type="button" class="button" aria-pressed={isAll('portal')} onClick={() => all('portal')}>
          {exchange.allPortal}
        </button>
        <button type="button" class="button" aria-pressed={isAll('remote')} onClick={() => all('remote')}>
          {exchange.allExchange}
        </button>
        <button
          type="button"
          class="button"
          aria-pressed={choice === 'keep-both'}
          onClick={() => setChoice('keep-both')}
        >
          {exchange.keepBoth}
        </button>
        <span class="spring" />
        <button
          type="button"
          class="button main"
          disabled={save.busy || (choice !== 'keep-both' && groups.some(([group]) => choice[group] === undefined))}
          onClick={() => void save.run()}
        >
          {exchange.save}
        </button>
      </footer>
    </section>
  )
}
