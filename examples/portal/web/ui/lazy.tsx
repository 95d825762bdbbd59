import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** A view whose code is fetched when it is first shown, so that the first page stays light. */
export const lazy = <P extends object>(load: () => Promise<ComponentType<P>>) => {
  let known: ComponentType<P> | null = null
  return (props: P) => {
    const [View, setView] = useState<ComponentType<P> | null>(() => known)
    useEffect(() => {
      if (known !== null) return
      void load().then((view) => {
        known = view
        setView(() => view)
      })
    }, [])
    return View === null ? null : <View {...props} />
  }
}
