import { useLayoutEffect, useState } from 'preact/hooks'

/** Views below which the page stays loaded; the server answers each of them with the page. */
const views = new Set(['/', '/connections', '/settings', '/admin', '/exchange', '/outside'])

const isPlainClick = (event: MouseEvent): boolean =>
  event.button === 0 && !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey

/** Goes to a view and tells `useRoute`. */
export const goTo = (path: string): void => {
  history.pushState(null, '', path)
  dispatchEvent(new PopStateEvent('popstate'))
  scrollTo(0, 0)
}

/** The current path. Plain clicks on links to our own views change it without loading the page anew. */
export const useRoute = (): string => {
  const [path, setPath] = useState(location.pathname)
  useLayoutEffect(() => {
    const moved = () => setPath(location.pathname)
    const clicked = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest('a') : null
      if (link === null || !isPlainClick(event) || link.target !== '' || link.hasAttribute('download')) return
      if (link.origin !== location.origin || link.hash !== '' || !views.has(link.pathname)) return
      event.preventDefault()
      goTo(link.pathname + link.search)
    }
    addEventListener('popstate', moved)
    document.addEventListener('click', clicked)
    return () => {
      removeEventListener('popstate', moved)
      document.removeEventListener('click', clicked)
    }
  }, [])
  return path
}
