import { useCallback, useState } from 'preact/hooks'

/** One polite live region for the whole page. The same words again are said again: a space tells them apart. */
export const useAnnouncer = () => {
  const [text, setText] = useState('')
  const announce = useCallback((next: string) => setText((before) => (before === next ? `${next}\u00a0` : next)), [])
  const region = (
    <div class="hidden-text" role="status" aria-live="polite" id="announcer">
      {text}
    </div>
  )
  return { announce, region }
}
