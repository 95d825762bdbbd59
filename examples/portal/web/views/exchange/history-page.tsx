import { useState } from 'preact/hooks'
import { type Calendar, call, type ExchangeConflict, type ExchangeProblem } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { useAction, useLoaded } from '../../ui/hooks.ts'
import { Icon } from '../../ui/icon.tsx'
import { ErrorNote, Note } from '../../ui/note.tsx'
import { ConflictCard } from './conflict-card.tsx'
import { RunList, useRuns } from './run-list.tsx'
import { RunSteps } from './run-steps.tsx'
import { useSide } from './side.tsx'
import { useExchange, writesOf } from './use-exchange.ts'

/** Runs of the person's connection, what waits for a decision, and what was set aside. */
export const ExchangeHistoryPage = ({ calendars }: { readonly calendars: readonly Calendar[] }) => {
  const texts = useTexts()
  const { exchange } = texts
  const side = useSide()
  const { state, sync, stop } = useExchange()
  const key = `${state.loadedMs}`
  // While no calendar is joined there is nothing to ask for.
  const joined = state.data !== null && state.data.calendar !== null
  const listOf = <T,>(path: string, signal: AbortSignal): Promise<T[]> =>
    joined ? call<T[]>('GET', path, { signal }) : Promise.resolve([])
  const list = useRuns(key, joined)
  const { runs } = list
  const conflicts = useLoaded(`conflicts/${key}`, (signal) =>
    listOf<ExchangeConflict>(`${side.path}/conflicts`, signal),
  )
  const problems = useLoaded(`problems/${key}`, (signal) => listOf<ExchangeProblem>(`${side.path}/problems`, signal))
  const [chosen, setChosen] = useState<string | null>(null)
  // What was decided waits for its run; it is not asked for again meanwhile.
  const [decided, setDecided] = useState<ReadonlySet<string>>(new Set())
  const [plan, setPlan] = useState<Readonly<Record<string, number>> | null | undefined>(undefined)
  const dry = useAction(async () => {
    setPlan(await call<Record<string, number> | null>('POST', `${side.path}/plan`))
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
  const shown = runs.data?.some(({ id }) => id === chosen) ? chosen : first
  const open = (conflicts.data ?? []).filter(({ link }) => !decided.has(link))
  return (
    <div class="text-page wide">
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
            <button
              type="button"
              class="button"
              disabled={act.busy}
              onClick={() => void act.run(`${side.path}/confirm`)}
            >
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
      <ErrorNote error={sync.error ?? dry.error ?? act.error} />
      <p role="status" class={decided.size > 0 ? 'sub' : 'hidden-text'}>
        {decided.size > 0 && exchange.decided}
      </p>
      <div class="history">
        <div class="to-decide">
          {open.map((conflict, index) => (
            <ConflictCard
              key={conflict.link}
              conflict={conflict}
              calendar={now.calendar ?? ''}
              mailbox={now.mailbox ?? ''}
              nth={open.length === 1 ? '' : exchange.nth(index + 1, open.length)}
              onDone={() => {
                setDecided((before) => new Set(before).add(conflict.link))
                state.reload()
              }}
            />
          ))}
          {(problems.data?.length ?? 0) > 0 && (
            <section class="table-card steps-card" aria-labelledby="problems">
              <h2 id="problems">{exchange.problems}</h2>
              <ul class="rows">
                {problems.data?.map(({ link, title, text }) => (
                  <li key={link} class="row">
                    <span>
                      {title === null ? exchange.gone : texts.doors.quoted(title === '' ? exchange.untitled : title)}
                      <span class="sub block">{text}</span>
                    </span>
                    <span class="spring" />
                    <button
                      type="button"
                      class="button plain link"
                      disabled={act.busy}
                      onClick={() => void act.run(`${side.path}/problems/${encodeURIComponent(link)}/retry`)}
                    >
                      {exchange.again}
                    </button>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </div>
        <RunList
          list={list}
          waiting={open.length + (problems.data?.length ?? 0)}
          shown={shown ?? null}
          onChoose={setChosen}
        />
        {shown != null && <RunSteps key={shown} run={shown} asked={shown === chosen} onDone={state.reload} />}
      </div>
    </div>
  )
}
