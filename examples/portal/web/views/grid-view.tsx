import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { GridProps, MountedGrid } from '../grid/mount-grid.ts'

/** The grid, loaded when it is first shown: a phone that starts with its list never loads it. */
export const GridView = (props: GridProps) => {
  const container = useRef<HTMLDivElement>(null)
  const mounted = useRef<MountedGrid | null>(null)
  const latest = useRef(props)
  latest.current = props
  useEffect(() => {
    let gone = false
    void import('../grid/mount-grid.ts').then(({ mountGrid }) => {
      if (gone || container.current === null) return
      mounted.current = mountGrid(container.current, latest.current)
    })
    return () => {
      gone = true
      mounted.current?.destroy()
      mounted.current = null
    }
  }, [])
  // Before the next key: it would act on what was shown before.
  useLayoutEffect(() => {
    mounted.current?.update(props)
  })
  return <div class="grid-view" ref={container} />
}
