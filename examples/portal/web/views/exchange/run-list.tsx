import { useState } from 'preact/hooks'
import { call, type ExchangeRun } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { Field } from '../../ui/field.tsx'
import { type Loaded, useLoaded } from '../../ui/hooks.ts'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { ErrorNote } from '../../ui/note.tsx'
import { useWhen } from '../../ui/when.ts'
import { useSide } from './side.tsx'
import { writesOf } from './use-exchange.ts'

/** As many as the API tells at once. */
const full = 50

interface Filter {
  readonly show: 'all' | 'changes' | 'attention'
  readonly direction: 'both' | 'to-portal' | 'to-exchange'
  readonly trigger: 'any' | 'interval' | 'manual' | 'hint' | 'local-change' | 'first'
  readonly days: 1 | 7 | 30
}

/** The runs that a filter leaves, loaded anew when `key` is another; none while no calendar is joined. */
export const useRuns = (
  key: string,
  joined: boolean,
): {
  readonly runs: Loaded<ExchangeRun[]>
  readonly filter: Filter
  readonly setFilter: (filter: Filter) => void
} => {
  const [filter, setFilter] = useState<Filter>({ show: 'all', direction: 'both', trigger: 'any', days: 30 })
  const side = useSide()
  const path = `${side.path}/runs?${new URLSearchParams({ ...filter, days: String(filter.days) })}`
  const runs = useLoaded(`${path} ${key}`, (signal) =>
    joined ? call<ExchangeRun[]>('GET', path, { signal }) : Promise.resolve([]),
  )
  return { runs, filter, setFilter }
}

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
  const conflicts = run.counts.conflicts ?? 0
  return (
    <>
      {toPortal + toRemote === 0 ? exchange.noChanges : exchange.changes(toPortal, toRemote)}
      {conflicts > 0 && (
        <>
          . <strong>{exchange.bothChanged(conflicts)}</strong>
        </>
      )}
      {aside > 0 && `. ${exchange.aside(aside)}`}
    </>
  )
}

/** Runs, newest first, with what is looked for among them. */
export const RunList = ({
  list: { runs, filter, setFilter },
  waiting,
  shown,
  onChoose,
}: {
  readonly list: ReturnType<typeof useRuns>
  /** How many events wait for the person now. */
  readonly waiting: number
  /** The run whose steps are shown. */
  readonly shown: string | null
  readonly onChoose: (run: string) => void
}) => {
  const { exchange } = useTexts()
  const { moment } = useWhen()
  const names = { all: exchange.runsAll, changes: exchange.runsChanges, attention: exchange.runsAttention }
  const select = <K extends 'direction' | 'trigger' | 'days'>(
    label: string,
    name: K,
    options: readonly (readonly [value: Filter[K], words: string])[],
  ) => (
    <Field label={label}>
      {(control) => (
        <select
          {...control}
          value={String(filter[name])}
          onChange={({ currentTarget }) => {
            const value = options.find(([one]) => String(one) === currentTarget.value)?.[0]
            if (value !== undefined) setFilter({ ...filter, [name]: value })
          }}
        >
          {options.map(([value, words]) => (
            <option key={value} value={String(value)}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
  const triggers = ['interval', 'manual', 'hint', 'local-change', 'first'] as const
  return (
    <section class="table-card runs" aria-labelledby="runs">
      <h2 id="runs" class="hidden-text">
        {exchange.runs}
      </h2>
      <div class="run-filter">
        <fieldset class="switch">
          <legend class="hidden-text">{exchange.runsShow}</legend>
          {(['all', 'changes', 'attention'] as const).map((show) => (
            <button
              key={show}
              type="button"
              aria-pressed={filter.show === show}
              onClick={() => setFilter({ ...filter, show })}
            >
              {names[show]}
              {show === 'attention' && waiting > 0 && ` · ${waiting}`}
            </button>
          ))}
        </fieldset>
        <div class="triple">
          {select(exchange.runsKind, 'trigger', [
            ['any', exchange.runsAnyKind],
            ...triggers.map((one) => [one, exchange.triggers[one] ?? one] as const),
          ])}
          {select(exchange.runsDirection, 'direction', [
            ['both', exchange.directionsAsked.both],
            ['to-portal', exchange.directionsAsked['to-portal']],
            ['to-exchange', exchange.directionsAsked['to-exchange']],
          ])}
          {select(exchange.runsPeriod, 'days', [
            [1, exchange.days(1)],
            [7, exchange.days(7)],
            [30, exchange.days(30)],
          ])}
        </div>
      </div>
      <ErrorNote error={runs.error} />
      <p role="status" class={runs.data?.length === 0 ? 'sub no-runs' : 'hidden-text'}>
        {runs.data?.length === 0 &&
          (filter.show === 'all' && filter.trigger === 'any' && filter.direction === 'both' && filter.days === 30
            ? exchange.noRuns
            : exchange.noRunsFound)}
      </p>
      <ul class="run-rows">
        {(runs.data ?? []).map((run) => {
          const [kind, icon] = runSign(run)
          return (
            <li key={run.id}>
              <button
                type="button"
                class={`run ${kind}`}
                aria-pressed={run.id === shown}
                onClick={() => onChoose(run.id)}
              >
                <Icon name={icon} />
                <span>
                  {moment(run.startedMs)}
                  <span class="sub block">{exchange.triggers[run.trigger] ?? run.trigger}</span>
                </span>
                <span>
                  <RunWords run={run} />
                </span>
                <span class="sub">{run.endedMs !== null && exchange.lasted(run.endedMs - run.startedMs)}</span>
              </button>
            </li>
          )
        })}
      </ul>
      {(runs.data?.length ?? 0) >= full && <p class="hint no-runs">{exchange.runsCapped(full)}</p>}
    </section>
  )
}
