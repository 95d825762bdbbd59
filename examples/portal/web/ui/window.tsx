import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { useTexts } from '../texts/index.ts'
import { Icon } from './icon.tsx'
import { useMedia, veryWide } from './use-media.ts'

/** To the title of the uppermost window, else the stop of the grid, else the page. */
const focusBelow = (): void => {
  const title = [...document.querySelectorAll<HTMLElement>('dialog[open] > * > header h2')].at(-1)
  if (title !== undefined) title.tabIndex = -1
  const stop = title ?? document.querySelector<HTMLElement>('main [role=grid] [tabindex="0"]')
  const place = stop ?? document.querySelector('main')
  place?.focus()
}

/** A modal window. The browser's own dialog traps focus and closes by Esc; the opener gets focus back however it was closed. */
export const Window = ({
  title,
  sub,
  onClose,
  onSubmit,
  hue,
  actions,
  footer,
  small = false,
  wide = false,
  sheet = false,
  aside = false,
  children,
}: {
  readonly title: string
  readonly sub?: ComponentChildren
  readonly onClose: () => void
  /** Given, the window is a form, and Ctrl+Enter sends it. */
  readonly onSubmit?: () => void
  /** Of the square before the title. */
  readonly hue?: string
  /** Beside the title, before the button that closes. */
  readonly actions?: ComponentChildren
  readonly footer?: ComponentChildren
  /** A question: no wider than its words, also on a phone. */
  readonly small?: boolean
  /** For windows with two columns. */
  readonly wide?: boolean
  /** On a phone it rises from the bottom, no higher than what it holds. */
  readonly sheet?: boolean
  /** On a very wide screen it stands at the right side, and the page stays in use beside it. */
  readonly aside?: boolean
  readonly children: ComponentChildren
}) => {
  const texts = useTexts()
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  // Before the first paint: a window that is on the screen but not yet modal would lose the Esc and the clicks of a fast hand.
  const isPanel = useMedia(veryWide) && aside
  useLayoutEffect(() => {
    const opener = document.activeElement
    if (isPanel) dialog.current?.show()
    else dialog.current?.showModal()
    return () => {
      dialog.current?.close()
      // Once the window is out of the page, and unless another window has taken the focus: until then what is below takes none.
      queueMicrotask(() => {
        const isLost = document.activeElement === null || document.activeElement === document.body
        if (!isLost || !(opener instanceof HTMLElement) || opener === document.body) return
        opener.focus()
        // It may be gone or at work by now: then to what is below, so that the next key starts from there.
        if (document.activeElement !== opener) focusBelow()
      })
    }
  }, [isPanel])
  const inside = (
    <>
      <header>
        <div>
          <h2 id={id} {...(hue === undefined ? {} : { class: 'hued', style: { '--hue': hue } })}>
            {title}
          </h2>
          {sub !== undefined && <p class="sub">{sub}</p>}
        </div>
        {actions}
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
      class={`window ${isPanel ? 'panel' : small ? 'small' : wide ? 'wide' : sheet ? 'sheet' : ''}`}
      aria-labelledby={id}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return
        // It goes with its part of the page, and not a moment before: a key in between would open what is then taken away.
        event.preventDefault()
        onClose()
      }}
      onClose={(event) => {
        // Not when it only turns into a panel, or leaves.
        if (event.currentTarget.isConnected && !event.currentTarget.open) onClose()
      }}
      onKeyDown={(event) => {
        if (!isPanel || event.key !== 'Escape' || event.defaultPrevented) return
        event.preventDefault()
        onClose()
      }}
    >
      {onSubmit === undefined ? (
        <div class="inside">{inside}</div>
      ) : (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            // A window may stand inside of another one's form.
            event.stopPropagation()
            onSubmit()
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !event.ctrlKey) return
            // It saves, whatever has the focus: a button would be pressed as well.
            event.preventDefault()
            event.stopPropagation()
            const send = [...event.currentTarget.elements].find((one) => one.matches('button[type=submit]'))
            // What the button would not send yet is not sent by the keys either.
            if (send?.matches(':disabled') !== true) onSubmit()
          }}
        >
          {inside}
        </form>
      )}
    </dialog>
  )
}
