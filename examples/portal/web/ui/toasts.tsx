import { useEffect, useState } from 'preact/hooks'
import { useTexts } from '../texts/index.ts'

/** A short message, perhaps with a way back. */
export interface Toast {
  readonly message: string
  readonly undo: (() => Promise<void>) | undefined
}

const plainMs = 6_000
const undoMs = 10_000

/** The message at the bottom left: goes by itself, but not under a pointer or the focus. */
export const Toasts = ({
  toast,
  onGone,
  onUndone,
}: {
  readonly toast: Toast | null
  readonly onGone: () => void
  readonly onUndone: () => void
}) => {
  const texts = useTexts()
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (toast === null || held) return
    const timer = setTimeout(onGone, toast.undo === undefined ? plainMs : undoMs)
    return () => clearTimeout(timer)
  }, [toast, held])
  const takeBack = async () => {
    onGone()
    await toast?.undo?.()
    onUndone()
  }
  return (
    <div
      class="toasts"
      role="status"
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
    >
      {toast !== null && (
        <p class="toast">
          {toast.message}
          {toast.undo !== undefined && (
            <button type="button" class="button plain" onClick={() => void takeBack()}>
              {texts.undo}
            </button>
          )}
        </p>
      )}
    </div>
  )
}
