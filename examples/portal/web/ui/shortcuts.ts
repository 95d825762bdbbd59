import { useLayoutEffect, useRef } from 'preact/hooks'

/** Whether keys belong to what has the focus. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !(target instanceof HTMLInputElement && /^(checkbox|radio|button)$/.test(target.type))

const stored = 'dayport-letter-keys'
/** Single letters can be switched off, WCAG 2.1.4; kept in this browser, since it is about this keyboard. */
export const lettersAreOn = (): boolean => localStorage.getItem(stored) !== 'off'
export const setLetters = (on: boolean): void => localStorage.setItem(stored, on ? 'on' : 'off')

const regions = ['.top', '#calendars', '.banner', '.view', 'dialog.panel', '.toast', '.bottom']
/** Where one was in a part that is one stop for Tab; else the first that takes the focus. */
const stops = [
  '[role=grid][tabindex="0"], [data-entry][tabindex="0"]',
  'a[href], button:not([disabled]), input, [tabindex="0"]',
]

const isSeen = (element: HTMLElement): boolean => element.getClientRects().length > 0

/** The next part of the page, in the order in which one reads it. */
const nextRegion = (back: boolean): void => {
  const found = regions
    .map((selector) => document.querySelector<HTMLElement>(selector))
    .filter((element): element is HTMLElement => element !== null && isSeen(element))
  const at = found.findLastIndex((element) => element.contains(document.activeElement))
  const next = found[(at + (back ? -1 : 1) + found.length) % found.length]
  const places = stops.flatMap((stop) => [...(next?.querySelectorAll<HTMLElement>(stop) ?? [])])
  const place = places.find(isSeen)
  const target = place ?? next
  target?.focus()
}

/** Keys of an open window, by the physical key. `onKey` says whether it did something. */
export const useWindowKeys = (onKey: (code: string) => boolean) => {
  const latest = useRef(onKey)
  latest.current = onKey
  // Before the first paint, as the window itself: the key of a fast hand would be lost.
  useLayoutEffect(() => {
    const down = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (event.code.startsWith('Key') && !lettersAreOn()) return
      const inside = event.target instanceof Element && event.target.closest('dialog[open]') !== null
      if (inside && latest.current(event.code)) event.preventDefault()
    }
    addEventListener('keydown', down)
    return () => removeEventListener('keydown', down)
  }, [])
}

/** Page-wide keys. By the physical key, so that they work whatever alphabet is on. `onKey` says whether it did something. */
export const useShortcuts = (onKey: (key: string) => boolean) => {
  const latest = useRef(onKey)
  latest.current = onKey
  useLayoutEffect(() => {
    let before = ''
    const down = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (document.querySelector('dialog[open]:not(.panel)') !== null) return
      if (event.key === 'F6') {
        event.preventDefault()
        nextRegion(event.shiftKey)
        return
      }
      if (isTyping(event.target) || !lettersAreOn()) return
      const isSlash = event.key === '/' || (event.code === 'Slash' && !event.shiftKey)
      const letter = event.key === '?' ? '?' : isSlash ? '/' : event.code.replace(/^Key/, '')
      const key = before === 'G' && letter === 'C' ? 'GC' : letter
      before = letter
      if (latest.current(key)) event.preventDefault()
    }
    addEventListener('keydown', down)
    return () => removeEventListener('keydown', down)
  }, [])
}
