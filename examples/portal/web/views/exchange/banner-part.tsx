import type { ExchangeState, Me } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { Tip } from '../../ui/tip.tsx'
import { useSide } from './side.tsx'
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
      <span>
        <span class="exchange-word">{said}</span>
        {when !== undefined && (
          <span class="exchange-when">
            <span class="between"> · </span>
            {when}
          </span>
        )}
      </span>
    )
  }
  return <span>{result.stopped ? exchange.stopped : exchange.done(result.toPortal, result.toRemote)}</span>
}

/** Exchange's part of the banner: connected, under way, in error, or on and not set up. Absent where Exchange is off. */
export const ExchangePart = ({ me, door }: { readonly me: Me; readonly door: ExchangeDoor }) => {
  const { exchange } = useTexts()
  const { state, result, sync, stop } = door
  const { page } = useSide()
  const now = state.data
  if (now === null || now.state === 'not-available') return null
  const [kind, icon] = signs[now.state] ?? ['', 'info' as const]
  const isPaused = now.pausedUntilMs !== null && now.kind === 'throttled'
  return (
    <span class="exchange-part">
      <span class="exchange-said" role="status">
        {now.hint === '' ? (
          <span class={`exchange-state ${kind}`}>
            <Icon name={icon} />
            <Words state={now} result={result} />
          </span>
        ) : (
          <Tip text={now.hint} byPress>
            {(id) => (
              <button type="button" class={`exchange-state ${kind}`} aria-describedby={id}>
                <Icon name={icon} />
                <Words state={now} result={result} />
              </button>
            )}
          </Tip>
        )}
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
        <a class="button plain link" href={page}>
          {exchange.details}
        </a>
      )}
      {(now.state === 'connected' || (now.state === 'error' && !isPaused)) && (
        <Tip text={exchange.syncTip}>
          {(id) => (
            <button
              type="button"
              class="button plain link"
              aria-describedby={id}
              disabled={sync.busy}
              onClick={() => void sync.run()}
            >
              {now.state === 'error' ? exchange.retry : exchange.sync}
            </button>
          )}
        </Tip>
      )}
      {now.webMail !== null && (
        <a class="button plain link web-mail" href={now.webMail} target="_blank" rel="noopener noreferrer">
          {exchange.openWebMail}
        </a>
      )}
      {now.state === 'not-configured' && me.admin && (
        <a class="button plain link" href="/admin">
          {exchange.setUp}
        </a>
      )}
    </span>
  )
}
