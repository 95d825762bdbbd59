import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Icon, type IconName } from './icon.tsx'
import { Tip } from './tip.tsx'

export interface MenuItem {
  readonly label: string
  readonly icon: IconName
  readonly danger?: boolean
  /** Begins a new part of the menu. */
  readonly apart?: boolean
  /** Where it leads; else `onChoose`. */
  readonly href?: string
  readonly onChoose?: () => void
}

/** Space between a menu and the window's edge, pixels. */
const edge = 8

/** Puts a menu that stands outside of its scrolling column beside its button, whole in the window. */
const placeBeside = (menu: HTMLElement, button: HTMLElement): void => {
  const { right, top } = button.getBoundingClientRect()
  menu.style.left = `${Math.min(right + 4, innerWidth - menu.offsetWidth - edge)}px`
  menu.style.top = `${Math.max(edge, Math.min(top - edge, innerHeight - menu.offsetHeight - edge))}px`
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
  const entries = () => [...(anchor.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])]

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

  useEffect(() => {
    if (!open) return
    entries()[0]?.focus()
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

  const onKeyDown = (event: KeyboardEvent) => {
    const list = entries()
    const at = list.indexOf(document.activeElement as HTMLElement)
    const go = (index: number) => {
      event.preventDefault()
      list[(index + list.length) % list.length]?.focus()
    }
    if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      close()
    } else if (event.key === 'ArrowDown') go(at + 1)
    else if (event.key === 'ArrowUp') go(at - 1)
    else if (event.key === 'Home') go(0)
    else if (event.key === 'End') go(list.length - 1)
    else if (event.key === 'Tab') setOpen(false)
    else if (event.key.length === 1) {
      const letter = event.key.toLowerCase()
      const found = [...list.slice(at + 1), ...list].find((one) => one.textContent?.toLowerCase().startsWith(letter))
      found?.focus()
    }
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
          <div role="menu" aria-label={name} tabIndex={-1} onKeyDown={onKeyDown}>
            {items.map(({ label, icon, href, danger, apart, onChoose }) => {
              const look = [danger ? 'danger' : '', apart ? 'apart' : ''].join(' ').trim()
              return href === undefined ? (
                <button
                  key={label}
                  type="button"
                  role="menuitem"
                  tabIndex={-1}
                  class={look}
                  onClick={() => {
                    close()
                    onChoose?.()
                  }}
                >
                  <Icon name={icon} />
                  {label}
                </button>
              ) : (
                <a key={label} role="menuitem" tabIndex={-1} class={look} href={href} onClick={() => setOpen(false)}>
                  <Icon name={icon} />
                  {label}
                </a>
              )
            })}
          </div>
        </div>
      )}
    </div>
  )
}
