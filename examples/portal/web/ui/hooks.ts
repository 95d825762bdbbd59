import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { ApiError } from '../api.ts'
import { untilBack } from './until-back.ts'

/** Something loaded; what was there before stays while it is loaded anew. */
export interface Loaded<T> {
  readonly data: T | null
  readonly error: unknown
  /** When `data` came, ms since the Unix epoch. */
  readonly loadedMs: number | null
  /** Whether `data` is that of another key, until the answer for this one is there. */
  readonly isStale: boolean
  readonly reload: () => void
}

/** Loads when `key` changes, on `reload`, and when the network is back that failed it; an answer that comes too late is dropped. */
export const useLoaded = <T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> => {
  const [data, setData] = useState<T | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [loadedMs, setLoadedMs] = useState<number | null>(null)
  const [loadedKey, setLoadedKey] = useState<string | null>(null)
  const [round, setRound] = useState(0)
  // The key stands for everything that `load` closes over.
  useEffect(() => {
    const abort = new AbortController()
    load(abort.signal).then(
      (value) => {
        if (abort.signal.aborted) return
        setData(value)
        setLoadedMs(Date.now())
        setLoadedKey(key)
        setError(null)
      },
      (reason: unknown) => {
        if (!abort.signal.aborted) setError(reason)
      },
    )
    return () => abort.abort()
  }, [key, round])
  const isStale = data !== null && loadedKey !== key
  const reload = useCallback(() => setRound((before) => before + 1), [])
  const isOffline = error instanceof ApiError && error.code === 'offline'
  // Nobody has to look for the button once the network is back.
  useEffect(() => (isOffline ? untilBack(reload) : undefined), [isOffline])
  return { data, error, loadedMs, isStale, reload }
}

/** An action behind a button: busy while it runs, with the error of the last try. */
export const useAction = <A extends readonly unknown[]>(action: (...args: A) => Promise<void>) => {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const held = useRef<Element | null>(null)
  // The button is disabled meanwhile, and a disabled one loses the focus: the keyboard would start at the top of the page.
  useLayoutEffect(() => {
    const before = held.current
    held.current = busy ? document.activeElement : null
    const isLost = document.activeElement === null || document.activeElement === document.body
    if (!busy && isLost && before instanceof HTMLElement && before.isConnected) before.focus()
  }, [busy])
  const run = async (...args: A): Promise<void> => {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      await action(...args)
    } catch (reason) {
      setError(reason)
    } finally {
      setBusy(false)
    }
  }
  return { run, busy, error }
}

/** Work that no button waits for: each is done, also beside another one. `error` is that of the last that failed since the last that began. */
export const useWork = () => {
  const [error, setError] = useState<unknown>(null)
  const run = async (work: () => Promise<unknown>): Promise<void> => {
    setError(null)
    try {
      await work()
    } catch (reason) {
      setError(reason)
    }
  }
  return { run, error }
}

/** Does what it is given one after the other, whatever became of the one before. */
export const useQueue = () => {
  const last = useRef<Promise<unknown>>(Promise.resolve())
  return <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.current.then(work)
    last.current = mine.catch(() => undefined)
    return mine
  }
}

/** Moves the focus to the first fault of a form once it is drawn. `tries`: how often it was sent. */
export const useFaultFocus = (tries: number): void =>
  useLayoutEffect(() => {
    if (tries > 0) document.querySelector<HTMLElement>('dialog[open] [aria-invalid=true]')?.focus()
  }, [tries])

const typingMs = 200

/** Waits until a text has stood for a moment, so that a name is asked for once and not letter by letter. */
export const useSettled = (text: string): string => {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), typingMs)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
