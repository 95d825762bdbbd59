import { useState } from 'preact/hooks'
import {
  type Calendar,
  call,
  type ExchangeConflict,
  type ExchangeProblem,
  type ExchangeRun,
  type ExchangeStep,
} from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { useAction, useLoaded } from '../../ui/hooks.ts'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { ErrorNote, Note } from '../../ui/note.tsx'
import { useWhen } from '../../ui/when.ts'
import { ConflictCard } from './conflict-card.tsx'
import { useExchange, writesOf } from './use-exchange.ts'

const runSign = (run: ExchangeRun): readonly [string, IconName] => {
  if (run.outcome === 'failed') return ['err', 'error']
  if (run.outcome === 'running') return ['', 'refresh']
  const attention = (run.counts.conflicts ?? 0) + (run.counts.quarantined ?? 0) + (run.counts.unsupported ?? 0)
  return attention > 0 || run.outcome === 'confirmation' ? ['warn', 'warning'] : ['ok', 'ok']
}

/** One run, in words. */
const RunWords = ({ run }: { readonly run: ExchangeRun }) => {
  const { exchange } = useTexts()
  if (run.outcome === 'failed') return <>{exchange.kinds[run.kind ?? 'internal'] ?? run.kind}</>
  if (run.outcome !== 'done') return <>{exchange.outcomes[run.outcome]}</>
  const { toPortal, toRemote } = writesOf(run)
  const aside = (run.counts.quarantined ?? 0) + (run.counts.unsupported ?? 0)
  const said = [toPortal + toRemote === 0 ? exchange.noChanges : exchange.changes(toPortal, toRemote)]
  if ((run.counts.conflicts ?? 0) > 0) said.push(exchange.waits(run.counts.conflicts ?? 0))
  if (aside > 0) said.push(exchange.aside(aside))
  return <>{said.join('. ')}</>
}

const Steps = ({ run, onDone }: { readonly run: string; readonly onDone: () => void }) => {
  const { exchange } = useTexts()
  const path = `/exchange/runs/${encodeURIComponent(run)}`
  const steps = useLoaded(path, (signal) => call<ExchangeStep[]>('GET', path, { signal }))
  const [undone, setUndone] = useState<ReadonlySet<string>>(new Set())
  const undo = useAction(async (id: string) => {
    await call('POST', `/exchange/steps/${encodeURIComponent(id)}/restore`)
    setUndone((before) => new Set(before).add(id))
    onDone()
  })
  return (
    <section class="table-card steps-card" aria-labelledby="steps">
      <h2 id="steps">{exchange.stepsTitle}</h2>
      <ErrorNote error={undo.error ?? steps.error} />
      {steps.data?.length === 0 && <p class="sub">{exchange.noSteps}</p>}
      <ul class="rows">
        {(steps.data ?? []).map(({ id, action, side, title, restorable }) => (
          <li key={id} class="row">
            {side !== null && <span class="sub">{side === 'portal' ? exchange.toPortal : exchange.toRemote}</span>}
            <span>
              «{title === null ? exchange.gone : title === '' ? exchange.untitled : title}» —{' '}
              {exchange.actions[action] ?? action}
            </span>
            <span class="spring" />
            {undone.has(id) ? (
              <span class="sub" role="status">
                {exchange.undone}
              </span>
            ) : (
              restorable && (
                <button type="button" class="button plain link" disabled={undo.busy} onClick={() => void undo.run(id)}>
                  {exchange.undo}
                </button>
              )
            )}
          </li>
        ))}
      </ul>
      <p class="sub">{exchange.noMail}</p>
    </section>
  )
}

/** Runs of the person's connection, what waits for a decision, and what was set aside. */
export const ExchangeHistoryPage = ({ calendars }: { readonly calendars: readonly Calendar[] }) => {
  const texts = useTexts()
  const { exchange } = texts
  const { moment } = useWhen()
  const { state, sync, stop } = useExchange()
  const key = `${state.loadedMs}`
  const runs = useLoaded(`runs/${key}`, (signal) => call<ExchangeRun[]>('GET', '/exchange/runs', { signal }))
  const conflicts = useLoaded(`conflicts/${key}`, (signal) =>
    call<ExchangeConflict[]>('GET', '/exchange/conflicts', { signal }),
  )
  const problems = useLoaded(`problems/${key}`, (signal) =>
    call<ExchangeProblem[]>('GET', '/exchange/problems', { signal }),
  )
  const [chosen, setChosen] = useState<string | null>(null)
  const [plan, setPlan] = useState<Readonly<Record<string, number>> | null | undefined>(undefined)
  const dry = useAction(async () => {
    setPlan(await call<Record<string, number> | null>('POST', '/exchange/plan'))
  })
  const act = useAction(async (path: string) => {
    await call('POST', path)
    state.reload()
  })
  const now = state.data
  if (now === null) return <ErrorNote error={state.error} />
  const calendar = calendars.find(({ id }) => id === now.calendar)?.name ?? ''
  const planned = Object.entries(plan ?? {}).filter(([, count]) => count > 0)
  const first = runs.data?.find((run) => writesOf(run).toPortal + writesOf(run).toRemote > 0)?.id ?? null
  const shown = chosen ?? first
  return (
    <div class="text-page">
      <div class="page-head">
        <div>
          <h1>{exchange.history}</h1>
          <p class="sub">{exchange.historySub(calendar, now.mailbox ?? '')}</p>
        </div>
        {now.calendar !== null && (
          <>
            <button type="button" class="button" disabled={dry.busy} onClick={() => void dry.run()}>
              <Icon name="eye" />
              {exchange.plan}
            </button>
            {now.state === 'syncing' ? (
              <button type="button" class="button" onClick={() => void stop.run()}>
                {exchange.stop}
              </button>
            ) : (
              <button type="button" class="button main" disabled={sync.busy} onClick={() => void sync.run()}>
                <Icon name="refresh" />
                {exchange.sync}
              </button>
            )}
          </>
        )}
      </div>
      {now.text !== '' && now.state !== 'connected' && (
        <Note
          kind={now.state === 'error' ? 'err' : now.state === 'syncing' ? 'plain' : 'warn'}
          icon={now.state === 'syncing' ? 'refresh' : 'warning'}
        >
          <p>{now.text}</p>
          {now.state === 'error' && now.remedy !== '' && <p>{now.remedy}</p>}
          {now.code !== null && <p class="sub">{exchange.code(now.code)}</p>}
          {now.kind === 'confirmation' && (
            <button type="button" class="button" disabled={act.busy} onClick={() => void act.run('/exchange/confirm')}>
              {exchange.confirm}
            </button>
          )}
        </Note>
      )}
      {plan !== undefined && (
        <Note kind="plain" icon="eye">
          {plan === null ? (
            <p>{exchange.planBusy}</p>
          ) : planned.length === 0 ? (
            <p>{exchange.planNothing}</p>
          ) : (
            <ul>
              {planned.map(([name, count]) => (
                <li key={name}>{exchange.planCounts[name]?.(count) ?? `${name}: ${count}`}</li>
              ))}
            </ul>
          )}
        </Note>
      )}
      <ErrorNote error={sync.error ?? dry.error ?? act.error ?? runs.error} />
      {(conflicts.data ?? []).map((conflict) => (
        <ConflictCard key={conflict.link} conflict={conflict} onDone={state.reload} />
      ))}
      {(problems.data?.length ?? 0) > 0 && (
        <section class="table-card steps-card" aria-labelledby="problems">
          <h2 id="problems">{exchange.problems}</h2>
          <ul class="rows">
            {problems.data?.map(({ link, title, text }) => (
              <li key={link} class="row">
                <span>
                  «{title === null ? exchange.gone : title === '' ? exchange.untitled : title}»
                  <span class="sub block">{text}</span>
                </span>
                <span class="spring" />
                <button
                  type="button"
                  class="button plain link"
                  disabled={act.busy}
                  onClick={() => void act.run(`/exchange/problems/${encodeURIComponent(link)}/retry`)}
                >
                  {exchange.again}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="runs">
        <h2 id="runs">{exchange.runs}</h2>
        {runs.data?.length === 0 && <p class="sub">{exchange.noRuns}</p>}
        {(runs.data?.length ?? 0) > 0 && (
          <ul class="rows table-card">
            {runs.data?.map((run) => {
              const [kind, icon] = runSign(run)
              return (
                <li key={run.id}>
                  <button
                    type="button"
                    class={`run ${kind}`}
                    aria-pressed={run.id === shown}
                    onClick={() => setChosen(run.id)}
                  >
                    <Icon name={icon} />
                    <span>
                      {moment(run.startedMs)}
                      <span class="sub block">{exchange.triggers[run.trigger] ?? run.trigger}</span>
                    </span>
                    <span>
                      <RunWords run={run} />
                    </span>
                  </button>
                </li>
              )
            })}
          </ul>
        )}
      </section>
      {shown !== null && <Steps key={shown} run={shown} onDone={state.reload} />}
    </div>
  )
}
