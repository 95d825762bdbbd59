import { type ComponentChildren, createContext } from 'preact'
import { useContext, useMemo } from 'preact/hooks'
import { type Texts, TextsContext, useTexts } from '../../texts/index.ts'

/** The other side of a synchronised calendar, as the page asks for it. */
export interface SyncSide {
  /** Below /api. */
  readonly path: string
  /** The page of its history. */
  readonly page: string
  /** Told by the live line when something of it is another. */
  readonly event: string
}

/** Told by the live line when something of the person's Exchange connection is another. */
export const exchangeEvent = 'dayport-exchange'

const SideContext = createContext<SyncSide>({ path: '/exchange', page: '/exchange', event: exchangeEvent })

/** Exchange, unless a part of the page says otherwise. */
export const useSide = (): SyncSide => useContext(SideContext)

type Words = string | ((...args: never[]) => unknown) | { readonly [name: string]: Words } | readonly Words[]

/** The same words about another side. */
const renamed = <T extends Words>(words: T, name: string): T => {
  const said = (text: string): string => text.replaceAll('Exchange', name)
  if (typeof words === 'string') return said(words) as T
  if (typeof words === 'function') {
    const call = words as unknown as (...args: unknown[]) => unknown
    return ((...args: unknown[]) => {
      const text = call(...args)
      return typeof text === 'string' ? said(text) : text
    }) as unknown as T
  }
  return Object.fromEntries(Object.entries(words).map(([key, value]) => [key, renamed(value, name)])) as T
}

const textsOf = (texts: Texts, name: string): Texts => ({ ...texts, exchange: renamed(texts.exchange, name) })

/** What stands inside speaks of another side than Exchange, with the same words. */
export const OtherSide = ({
  side,
  name,
  children,
}: {
  readonly side: SyncSide
  readonly name: string
  readonly children: ComponentChildren
}) => {
  const texts = useTexts()
  const named = useMemo(() => textsOf(texts, name), [texts, name])
  return (
    <SideContext.Provider value={side}>
      <TextsContext.Provider value={named}>{children}</TextsContext.Provider>
    </SideContext.Provider>
  )
}
