import type { ExchangeState, Me } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { Icon, type IconName } from '../../ui/icon.tsx'
import type { ExchangeDoor, SyncResult } from './use-exchange.ts'

const signs: Readonly<Record<string, readonly [string, IconName]>> = {
  connected: ['ok', 'ok'],
  syncing: ['', 'refresh'],
  'not-configured': ['warn', 'warning'],
  error: ['err', 'error'],
}

/** What is said beside the sign: the result of a run that was asked for, else the state. */
const Words = ({ state, result }: { readonly state: ExchangeState; readonly result: SyncResult | null }) => {
  const { exchange } = useTexts()
  if (result === null || state.state === 'error') {
    // The time gives way first where there is little room.
    const [said, when] = state.text.split(' · ')
    return (
      <>
        {said}
        {when !== undefined && <span class="exchange-when"> · {when}</span>}
      </>
    )
  }
  return <>{result.stopped ? exchange.stopped : exchange.done(result.toPortal, result.toRemote)}</>
}

/** Exchange's part of the banner: connected, under way, in error, or on and not set up. Absent where Exchange is off. */
export const ExchangePart = ({ me, door }: { readonly me: Me; readonly door: ExchangeDoor }) => {
  const { exchange } = useTexts()
  const { state, result, sync, stop } = door
  const now = state.data
  if (now === null || now.state === 'not-available') return null
  const [kind, icon] = signs[now.state] ?? ['', 'info' as const]
  const isPaused = now.pausedUntilMs !== null && now.kind === 'throttled'
  return (
    <span class="exchange-part">
      <span class={`exchange-state ${kind}`} role="status" title={now.hint === '' ? undefined : now.hint}>
        <Icon name={icon} />
        <span>
          <Words state={now} result={result} />
          {now.hint !== '' && <span class="hidden-text"> {now.hint}</span>}
        </span>
      </span>
      {now.state === 'syncing' && (
        <>
          <progress aria-label={exchange.progress} value={now.done ?? 0} max={Math.max(1, now.total ?? 0)} />
          <button type="button" class="button plain link" onClick={() => void stop.run()}>
            {exchange.stop}
          </button>
        </>
      )}
      {now.state === 'error' && (
        <a class="button plain link" href="/exchange">
          {exchange.details}
        </a>
      )}
      {(now.state === 'connected' || (now.state === 'error' && !isPaused)) && (
        <button
          type="button"
          class="button plain link"
          title={exchange.syncTip}
          disabled={sync.busy}
          onClick={() => void sync.run()}
        >
          {now.state === 'error' ? exchange.retry : exchange.sync}
        </button>
      )}
      {now.state === 'not-configured' && me.admin && (
        <a class="button plain link" href="/admin">
          {exchange.setUp}
        </a>
      )}
    </span>
  )
}
