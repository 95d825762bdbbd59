import { useEffect, useState } from 'preact/hooks'

const everyMs = 30_000

/** The present, ms since the Unix epoch, followed to half a minute. */
export const useNow = (): number => {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [])
  return now
}
