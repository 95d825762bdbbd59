import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { untilBack } from './until-back.ts'

/** A view whose code is fetched when it is first shown, or by `load` before, so that the first page stays light. */
export const lazy = <P extends object>(fetchView: () => Promise<ComponentType<P>>) => {
  let known: ComponentType<P> | null = null
  const load = async (): Promise<ComponentType<P>> => {
    known ??= await fetchView()
    return known
  }
  const Lazy = (props: P) => {
    const [View, setView] = useState<ComponentType<P> | null>(() => known)
    useEffect(() => {
      if (View !== null) return
      const show = () =>
        load().then(
          (view) => setView(() => view),
          // Nothing can be shown without its code: it is fetched when the network is back.
          () => undefined,
        )
      void show()
      return untilBack(() => void show())
    }, [View])
    return View === null ? null : <View {...props} />
  }
  return Object.assign(Lazy, { load })
}
