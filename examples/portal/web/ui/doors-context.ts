import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Portal } from '../api.ts'

export const DoorsContext = createContext<Portal['doors']>({ outlook: true, feed: true, caldav: true, joined: true })

/** Which ways out are on for everybody. What is off is not there. */
export const useDoors = (): Portal['doors'] => useContext(DoorsContext)
