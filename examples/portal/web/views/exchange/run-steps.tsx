import { useEffect, useRef, useState } from 'preact/hooks'
import { call, type ExchangeStep } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { useAction, useLoaded } from '../../ui/hooks.ts'
import { Icon } from '../../ui/icon.tsx'
import { ErrorNote } from '../../ui/note.tsx'
import { groupName } from './group-words.ts'
import { useSide } from './side.tsx'

/** What one run did, event by event; what it replaced or deleted comes back by a press. */
export const RunSteps = ({
  run,
  asked,
  onDone,
}: {
  readonly run: string
  /** Whether the person has pressed for it: then it comes into sight. */
  readonly asked: boolean
  readonly onDone: () => void
}) => {
  const texts = useTexts()
  const { exchange, locale } = texts
  const side = useSide()
  const path = `${side.path}/runs/${encodeURIComponent(run)}`
  const steps = useLoaded(path, (signal) => call<ExchangeStep[]>('GET', path, { signal }))
  const [undone, setUndone] = useState<ReadonlySet<string>>(new Set())
  const section = useRef<HTMLElement>(null)
  useEffect(() => {
    if (asked && steps.data !== null) section.current?.scrollIntoView({ block: 'nearest' })
  }, [asked, run, steps.data])
  const undo = useAction(async (id: string) => {
    await call('POST', `${side.path}/steps/${encodeURIComponent(id)}/restore`)
    setUndone((before) => new Set(before).add(id))
    onDone()
  })
  const name = (title: string | null): string =>
    title === null ? exchange.gone : texts.doors.quoted(title === '' ? exchange.untitled : title)
  return (
    <section ref={section} class="table-card steps-card" aria-labelledby="steps">
      <h2 id="steps">{exchange.stepsTitle}</h2>
      <ErrorNote error={undo.error ?? steps.error} />
      {steps.data?.length === 0 && <p class="sub">{exchange.noSteps}</p>}
      <ul class="run-steps">
        {(steps.data ?? []).map(({ id, action, side, title, groups, restorable }) => (
          <li key={id}>
            {side === null ? <span /> : <Icon name={side === 'portal' ? 'arrow-left' : 'arrow-right'} />}
            <span class="sub">{side !== null && (side === 'portal' ? exchange.toPortal : exchange.toRemote)}</span>
            <span>
              {name(title)} — {exchange.actions[action] ?? action}
              {groups.length > 0 &&
                `: ${groups.map((group) => groupName(texts, group).toLocaleLowerCase(locale)).join(', ')}`}
            </span>
            {undone.has(id) ? (
              <span class="sub" role="status">
                {exchange.undone}
              </span>
            ) : (
              restorable && (
                <button
                  type="button"
                  class="button plain link"
                  aria-label={`${exchange.undo}: ${name(title)}`}
                  disabled={undo.busy}
                  onClick={() => void undo.run(id)}
                >
                  {exchange.undo}
                </button>
              )
            )}
          </li>
        ))}
      </ul>
      <p class="hint">{exchange.noMail}</p>
    </section>
  )
}
