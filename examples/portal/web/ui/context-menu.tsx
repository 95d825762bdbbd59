import { useLayoutEffect, useRef } from 'preact/hooks'
import { type MenuItem, MenuList, placeBeside } from './menu-list.tsx'

/** The menu of something that has no button for it: by Shift+F10, the menu key, the other mouse button or a long press. */
export const ContextMenu = ({
  name,
  items,
  beside,
  onClose,
}: {
  readonly name: string
  readonly items: readonly MenuItem[]
  /** What it is about; gets the focus back. */
  readonly beside: HTMLElement
  readonly onClose: () => void
}) => {
  const menu = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (menu.current !== null) placeBeside(menu.current, beside)
  }, [beside])
  useLayoutEffect(() => {
    const leave = (event: Event) => {
      if (!(event.target instanceof Node && menu.current?.contains(event.target))) onClose()
    }
    document.addEventListener('pointerdown', leave)
    document.addEventListener('focusin', leave)
    addEventListener('resize', onClose)
    return () => {
      document.removeEventListener('pointerdown', leave)
      document.removeEventListener('focusin', leave)
      removeEventListener('resize', onClose)
    }
  }, [])
  return (
    <div ref={menu} class="menu context">
      <MenuList
        name={name}
        items={items}
        onClose={() => {
          onClose()
          beside.focus()
        }}
        onLeave={onClose}
      />
    </div>
  )
}
