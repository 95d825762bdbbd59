import { useLayoutEffect, useRef } from 'preact/hooks'
import { Icon, type IconName } from './icon.tsx'

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
export const placeBeside = (menu: HTMLElement, button: HTMLElement): void => {
  const { right, top } = button.getBoundingClientRect()
  menu.style.left = `${Math.min(right + 4, innerWidth - menu.offsetWidth - edge)}px`
  menu.style.top = `${Math.max(edge, Math.min(top - edge, innerHeight - menu.offsetHeight - edge))}px`
}

/** The items of an open menu: arrows, Home and End move, a letter finds, Esc closes. */
export const MenuList = ({
  name,
  items,
  onClose,
  onLeave,
}: {
  readonly name: string
  readonly items: readonly MenuItem[]
  /** Closed; what had opened it gets the focus back. */
  readonly onClose: () => void
  /** Left: the focus goes elsewhere. */
  readonly onLeave: () => void
}) => {
  const menu = useRef<HTMLDivElement>(null)
  const entries = () => [...(menu.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])]
  // At once, so that no key of a fast hand is lost; before it is in its place, so that nothing scrolls.
  useLayoutEffect(() => entries()[0]?.focus({ preventScroll: true }), [])

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
      onClose()
    } else if (event.key === 'ArrowDown') go(at + 1)
    else if (event.key === 'ArrowUp') go(at - 1)
    else if (event.key === 'Home') go(0)
    else if (event.key === 'End') go(list.length - 1)
    else if (event.key === 'Tab') onLeave()
    else if (event.key.length === 1) {
      const letter = event.key.toLowerCase()
      const found = [...list.slice(at + 1), ...list].find((one) => one.textContent?.toLowerCase().startsWith(letter))
      found?.focus()
    }
  }

  return (
    <div ref={menu} role="menu" aria-label={name} tabIndex={-1} onKeyDown={onKeyDown}>
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
              onClose()
              onChoose?.()
            }}
          >
            <Icon name={icon} />
            {label}
          </button>
        ) : (
          <a key={label} role="menuitem" tabIndex={-1} class={look} href={href} onClick={onLeave}>
            <Icon name={icon} />
            {label}
          </a>
        )
      })}
    </div>
  )
}
