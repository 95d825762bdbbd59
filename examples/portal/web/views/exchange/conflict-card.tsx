import { useState } from 'preact/hooks'
import { call, type ExchangeConflict } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { useAction } from '../../ui/hooks.ts'
import { Icon } from '../../ui/icon.tsx'
import { ErrorNote } from '../../ui/note.tsx'
import { groupName, valueWords } from './group-words.ts'

type Side = 'portal' | 'remote'

/** One event that both sides have changed: a choice for each group of fields. Nothing is chosen before the person does. */
export const ConflictCard = ({
  conflict,
  onDone,
}: {
  readonly conflict: ExchangeConflict
  readonly onDone: () => void
}) => {
  const texts = useTexts()
  const { exchange } = texts
  const groups = Object.entries(conflict.groups)
  const [choice, setChoice] = useState<Readonly<Record<string, Side>>>({})
  const choose = (group: string, side: Side) => setChoice((before) => ({ ...before, [group]: side }))
  const all = (side: Side) => setChoice(Object.fromEntries(groups.map(([group]) => [group, side])))
  const save = useAction(async () => {
    await call('POST', `/exchange/conflicts/${encodeURIComponent(conflict.link)}`, { body: { choice } })
    onDone()
  })
  const title = exchange.conflict(conflict.title === null || conflict.title === '' ? exchange.untitled : conflict.title)
  const cell = (group: string, side: Side, value: string | null) => (
    <td data-label={side === 'portal' ? exchange.inPortal : exchange.inExchange}>
      <label class="choice">
        <input
          type="radio"
          name={`${conflict.link}/${group}`}
          checked={choice[group] === side}
          onChange={() => choose(group, side)}
        />
        <span>{valueWords(texts, group, value)}</span>
      </label>
    </td>
  )
  return (
    <section class="table-card conflict" aria-label={title}>
      <header>
        <h2>
          <Icon name="warning" />
          {title}
        </h2>
        <p class="sub">{exchange.conflictSub}</p>
      </header>
      <table class="table">
        <thead>
          <tr>
            <td />
            <th scope="col">{exchange.inPortal}</th>
            <th scope="col">{exchange.inExchange}</th>
            <th scope="col">{exchange.before}</th>
          </tr>
        </thead>
        <tbody>
          {groups.map(([group, { portal, remote, before }]) => (
            <tr key={group}>
              <th scope="row">{groupName(texts, group)}</th>
              {cell(group, 'portal', portal)}
              {cell(group, 'remote', remote)}
              <td data-label={exchange.before} class="sub">
                {valueWords(texts, group, before)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <ErrorNote error={save.error} />
      <footer class="row">
        <button type="button" class="button" onClick={() => all('portal')}>
          {exchange.allPortal}
        </button>
        <button type="button" class="button" onClick={() => all('remote')}>
          {exchange.allExchange}
        </button>
        <span class="spring" />
        <button
          type="button"
          class="button main"
          disabled={save.busy || groups.some(([group]) => choice[group] === undefined)}
          onClick={() => void save.run()}
        >
          {exchange.save}
        </button>
      </footer>
    </section>
  )
}
