import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { useTexts } from '../texts/index.ts'
import { Icon } from './icon.tsx'

/** A modal window. The browser's own dialog traps focus and closes by Esc; the opener gets focus back however it was closed. */
export const Window = ({
  title,
  sub,
  onClose,
  onSubmit,
  footer,
  small = false,
  wide = false,
  sheet = false,
  children,
}: {
  readonly title: string
  readonly sub?: string
  readonly onClose: () => void
  /** Given, the window is a form, and Ctrl+Enter sends it. */
  readonly onSubmit?: () => void
  readonly footer?: ComponentChildren
  /** A question: no wider than its words, also on a phone. */
  readonly small?: boolean
  /** For windows with two columns. */
  readonly wide?: boolean
  /** On a phone it rises from the bottom, no higher than what it holds. */
  readonly sheet?: boolean
  readonly children: ComponentChildren
}) => {
  const texts = useTexts()
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  // Before the first paint: a window that is on the screen but not yet modal would lose the Esc and the clicks of a fast hand.
  useLayoutEffect(() => {
    const opener = document.activeElement
    dialog.current?.showModal()
    return () => {
      // Once the window is out of the page: until then all below it, another window too, takes no focus.
      queueMicrotask(() => {
        if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
      })
    }
  }, [])
  const inside = (
    <>
      <header>
        <div>
          <h2 id={id}>{title}</h2>
          {sub !== undefined && <p class="sub">{sub}</p>}
        </div>
        <button type="button" class="button plain square" aria-label={texts.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div class="body">{children}</div>
      {footer !== undefined && <footer>{footer}</footer>}
    </>
  )
  return (
    <dialog
      ref={dialog}
      class={`window ${small ? 'small' : wide ? 'wide' : sheet ? 'sheet' : ''}`}
      aria-labelledby={id}
      onClose={onClose}
    >
      {onSubmit === undefined ? (
        <div class="inside">{inside}</div>
      ) : (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            onSubmit()
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !event.ctrlKey) return
            // It saves, whatever has the focus: a button would be pressed as well.
            event.preventDefault()
            onSubmit()
          }}
        >
          {inside}
        </form>
      )}
    </dialog>
  )
}
