import { useEffect, useState } from 'preact/hooks'
import { useTexts } from '../texts/index.ts'

/** What is there sooner is waited for without a sign. */
const shownAfterMs = 300

/** Three rows in the place of what is being loaded; the place is kept from the start. */
export const SkeletonRows = () => {
  const { grid } = useTexts()
  const [isShown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), shownAfterMs)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div class="skeleton" role="status">
      {isShown && (
        <>
          <span class="hidden-text">{grid.loading}</span>
          {[0, 1, 2].map((row) => (
            <div key={row} class="skeleton-row" aria-hidden="true">
              <i />
              <i />
            </div>
          ))}
        </>
      )}
    </div>
  )
}
