import { useEffect, useState } from 'preact/hooks'

/** Whether a media query holds now; follows it. */
export const useMedia = (query: string): boolean => {
  const [holds, setHolds] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const list = matchMedia(query)
    const change = () => setHolds(list.matches)
    change()
    list.addEventListener('change', change)
    return () => list.removeEventListener('change', change)
  }, [query])
  return holds
}

export const narrow = '(max-width: 767px)'
export const veryWide = '(min-width: 2400px)'
export const medium = '(max-width: 1023px)'
