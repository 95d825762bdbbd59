import { useEffect, useState } from 'preact/hooks'
import { call, type ExchangeRun, type ExchangeState } from '../../api.ts'
import { type Loaded, useAction, useLoaded } from '../../ui/hooks.ts'
import { useSide } from './side.tsx'

/** A run tells of each event; the page looks a few times a second at most. */
const lookMs = 400
/** How long the result of a run that was asked for stays. */
const resultMs = 10_000

/** What came of the run that the person has asked for. */
export interface SyncResult {
  readonly toPortal: number
  readonly toRemote: number
  readonly stopped: boolean
}

export const writesOf = ({ counts }: Pick<ExchangeRun, 'counts'>) => {
  const sum = (...names: readonly string[]): number => names.reduce((total, name) => total + (counts[name] ?? 0), 0)
  return {
    toPortal: sum('createdPortal', 'updatedPortal', 'deletedPortal'),
    toRemote: sum('createdRemote', 'updatedRemote', 'deletedRemote'),
  }
}

/** The person's connection, kept up to date by the live line, with the two things that they can do about it. */
export const useExchange = () => {
  const { path, event } = useSide()
  const state: Loaded<ExchangeState> = useLoaded(path, (signal) => call<ExchangeState>('GET', path, { signal }))
  const [asked, setAsked] = useState<string | null>(null)
  const [result, setResult] = useState<SyncResult | null>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    const heard = () => {
      timer ??= setTimeout(() => {
        timer = null
        state.reload()
      }, lookMs)
    }
    addEventListener(event, heard)
    return () => {
      removeEventListener(event, heard)
      if (timer !== null) clearTimeout(timer)
    }
  }, [event])
  const running = state.data?.state === 'syncing'
  useEffect(() => {
    if (asked === null || running) return
    const abort = new AbortController()
    void call<ExchangeRun[]>('GET', `${path}/runs`, { signal: abort.signal }).then(
      (runs) => {
        const run = runs.find(({ id }) => id === asked)
        if (run === undefined || run.endedMs === null) return
        setAsked(null)
        setResult({ ...writesOf(run), stopped: run.outcome === 'stopped' })
      },
      () => {},
    )
    return () => abort.abort()
  }, [asked, running, state.loadedMs])
  useEffect(() => {
    if (result === null) return
    const timer = setTimeout(() => setResult(null), resultMs)
    return () => clearTimeout(timer)
  }, [result])
  const sync = useAction(async () => {
    setResult(null)
    setAsked((await call<{ run: string }>('POST', `${path}/sync`)).run)
    state.reload()
  })
  const stop = useAction(async () => {
    await call('DELETE', `${path}/sync`)
    state.reload()
  })
  return { state, result, sync, stop }
}

export type ExchangeDoor = ReturnType<typeof useExchange>
