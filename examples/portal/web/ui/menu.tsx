import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { type MenuItem, MenuList, placeBeside } from './menu-list.tsx'
import { Tip } from './tip.tsx'

/** Opens the menu whose button stands in the element, by Shift+F10, the menu key or the other mouse button. */
export const openMenuOf = (event: MouseEvent): void => {
  const row = event.currentTarget instanceof Element ? event.currentTarget : null
  const button = row?.querySelector<HTMLElement>('[aria-haspopup=menu]')
  if (button == null || (event.target instanceof Element && event.target.closest('.menu') !== null)) return
  event.preventDefault()
  if (button.getAttribute('aria-expanded') !== 'true') button.click()
}

/** A menu button: arrows, Home and End move, a letter finds, Esc returns to the button. */
export const MenuButton = ({
  name,
  class: className,
  items,
  tip,
  head,
  note,
  children,
}: {
  readonly name: string
  readonly class: string
  readonly items: readonly MenuItem[]
  /** What the button is for. */
  readonly tip?: string
  /** Stands above the items. */
  readonly head?: string
  /** Shown instead of items when there are none. */
  readonly note?: string
  readonly children: ComponentChildren
}) => {
  const [open, setOpen] = useState(false)
  const anchor = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const menu = useRef<HTMLDivElement>(null)

  // Before the focus goes in: a menu that is not in its place yet would scroll what it stands in.
  useLayoutEffect(() => {
    const [here, beside] = [menu.current, button.current]
    if (!open || here === null || beside === null || getComputedStyle(here).position !== 'fixed') return
    const place = () => placeBeside(here, beside)
    const leave = () => setOpen(false)
    place()
    document.addEventListener('scroll', place, true)
    addEventListener('resize', leave)
    return () => {
      document.removeEventListener('scroll', place, true)
      removeEventListener('resize', leave)
    }
  }, [open])

  useLayoutEffect(() => {
    if (!open) return
    const leave = (event: Event) => {
      if (event.target instanceof Node && anchor.current?.contains(event.target)) return
      setOpen(false)
    }
    document.addEventListener('pointerdown', leave)
    document.addEventListener('focusin', leave)
    return () => {
      document.removeEventListener('pointerdown', leave)
      document.removeEventListener('focusin', leave)
    }
  }, [open])

  const close = () => {
    setOpen(false)
    button.current?.focus()
  }

  return (
    <div class="anchor" ref={anchor}>
      <Tip text={tip ?? ''}>
        {(id) => (
          <button
            ref={button}
            type="button"
            class={className}
            aria-label={name}
            aria-describedby={id}
            aria-haspopup="menu"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            {children}
          </button>
        )}
      </Tip>
      {open && (
        <div ref={menu} class="menu">
          {items.length > 0 && head !== undefined && <p class="hint">{head}</p>}
          {items.length === 0 && note !== undefined && <p class="hint">{note}</p>}
          <MenuList name={name} items={items} onClose={close} onLeave={() => setOpen(false)} />
        </div>
      )}
    </div>
  )
}
