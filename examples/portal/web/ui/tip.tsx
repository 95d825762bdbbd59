import type { ComponentChildren } from 'preact'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'

/** How long a finger rests on a control before its words come, ms; a shorter touch is a press. */
const holdMs = 500
/** Space between the words and the window's edge, pixels. */
const edge = 8

/** Below the control, or above where there is no room; whole in the window. */
const place = (tip: HTMLElement, control: Element): void => {
  const { left, top, bottom } = control.getBoundingClientRect()
  const above = bottom + tip.offsetHeight > innerHeight
  tip.style.left = `${Math.max(edge, Math.min(left, innerWidth - tip.offsetWidth - edge))}px`
  tip.style.top = `${above ? top - tip.offsetHeight : bottom}px`
}

const isCut = (anchor: Element): boolean =>
  [...anchor.querySelectorAll('span')].some(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)

/**
 * Words about the control inside: they come by hovering, by keyboard focus and by a finger that rests on it; Esc and a press elsewhere
 * take them away, and a pointer may rest on them (WCAG 2.2 §1.4.13).
 */
export const Tip = ({
  text,
  byPress = false,
  ifCut = false,
  children,
}: {
  /** '' shows nothing. */
  readonly text: string
  /** The control does nothing else: a press shows the words. */
  readonly byPress?: boolean
  /** Shown only where the words of the control itself are cut off. */
  readonly ifCut?: boolean
  /** Makes the control; a name of its own is then described by `id`, unless the words repeat it. */
  readonly children: (id: string | undefined) => ComponentChildren
}) => {
  const id = useId()
  const anchor = useRef<HTMLSpanElement>(null)
  const tip = useRef<HTMLSpanElement>(null)
  const [shown, setShown] = useState(false)
  const hold = useRef<{ timer: ReturnType<typeof setTimeout> | null; done: boolean }>({ timer: null, done: false })

  const show = () => {
    if (!ifCut || (anchor.current !== null && isCut(anchor.current))) setShown(true)
  }
  const release = () => {
    if (hold.current.timer !== null) clearTimeout(hold.current.timer)
    hold.current.timer = null
  }
  useEffect(() => release, [])
  useLayoutEffect(() => {
    const [here, control] = [tip.current, anchor.current?.firstElementChild]
    if (!shown || here === null || control == null) return
    // The browser's top layer: over windows, and cut by no column that scrolls.
    here.showPopover()
    place(here, control)
    const hide = () => setShown(false)
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      hide()
      // Words behind a window are not what the person means.
      const window = [...document.querySelectorAll('dialog:modal')].at(-1)
      if (window !== undefined && !window.contains(anchor.current)) return
      // One press of Esc closes one thing: not the window below as well.
      event.preventDefault()
      event.stopPropagation()
    }
    // What scrolls elsewhere leaves the control in its place.
    const onScroll = ({ target }: Event) => {
      if (target instanceof Node && target.contains(anchor.current)) hide()
    }
    const onPress = ({ target }: Event) => {
      if (!(target instanceof Node && anchor.current?.contains(target))) hide()
    }
    document.addEventListener('keydown', onKey, true)
    document.addEventListener('pointerdown', onPress)
    document.addEventListener('scroll', onScroll, true)
    addEventListener('resize', hide)
    return () => {
      document.removeEventListener('keydown', onKey, true)
      document.removeEventListener('pointerdown', onPress)
      document.removeEventListener('scroll', onScroll, true)
      removeEventListener('resize', hide)
      if (here.matches(':popover-open')) here.hidePopover()
    }
  }, [shown, text])

  if (text === '') return <>{children(undefined)}</>
  return (
    <span
      ref={anchor}
      class="with-tip"
      onPointerEnter={({ pointerType }) => {
        if (pointerType === 'mouse') show()
      }}
      onPointerLeave={({ pointerType }) => {
        if (pointerType === 'mouse') setShown(false)
      }}
      onPointerDown={({ pointerType }) => {
        hold.current.done = false
        if (pointerType === 'mouse') return
        release()
        hold.current.timer = setTimeout(() => {
          hold.current.done = true
          show()
        }, holdMs)
      }}
      onPointerUp={release}
      onPointerCancel={release}
      onFocusIn={({ target }) => {
        if (target instanceof Element && target.matches(':focus-visible')) show()
      }}
      onFocusOut={() => setShown(false)}
      onClickCapture={(event) => {
        if (tip.current?.contains(event.target as Node)) return
        if (hold.current.done) {
          // The finger asked what this does, and not for doing it.
          event.preventDefault()
          event.stopPropagation()
          hold.current.done = false
        } else if (byPress) show()
        else setShown(false)
      }}
    >
      {children(id)}
      <span ref={tip} id={id} role="tooltip" class="tip" popover="manual">
        <span>{text}</span>
      </span>
    </span>
  )
}
