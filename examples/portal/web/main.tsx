import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { call, type Me, type Portal } from './api.ts'
import { browserLanguage, type Language, loadTexts, type Texts, TextsContext } from './texts/index.ts'
import { ConfirmProvider } from './ui/confirm.tsx'
import { DoorsContext } from './ui/doors-context.ts'
import { ErrorNote } from './ui/note.tsx'
import { SetupPage, SignInPage } from './views/front.tsx'
import { PortalPage } from './views/portal-page.tsx'

/** Until the portal has said. */
const allDoors = { outlook: true, feed: true, caldav: true, joined: true }

type State =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'front'; readonly portal: Portal }
  | { readonly kind: 'in'; readonly portal: Portal; readonly me: Me }

const load = async (): Promise<State> => {
  const portal = await call<Portal>('GET', '/portal')
  return portal.me === null ? { kind: 'front', portal } : { kind: 'in', portal, me: portal.me }
}

const App = () => {
  const [state, setState] = useState<State>({ kind: 'loading' })
  const [chosen, setChosen] = useState<Language>(browserLanguage)
  const [texts, setTexts] = useState<Texts | null>(null)
  const speak = async (language: Language): Promise<void> => {
    setTexts(await loadTexts(language))
    document.documentElement.lang = language
  }
  const reload = async () => {
    try {
      const next = await load()
      // The words come together with what they name.
      await speak(next.kind === 'in' ? next.me.locale : chosen)
      setState(next)
    } catch (error) {
      if (state.kind === 'in') return
      await speak(chosen)
      setState({ kind: 'failed', error })
    }
  }
  useEffect(() => void reload(), [])

  const page = () => {
    if (state.kind === 'loading') return null
    if (state.kind === 'failed') return <ErrorNote error={state.error} />
    const { portal } = state
    if (state.kind === 'in') {
      return (
        <PortalPage
          me={state.me}
          portal={portal}
          onMe={(me) => void speak(me.locale).then(() => setState({ kind: 'in', portal, me }))}
          onPortal={() => void reload()}
          onSignedOut={() => setState({ kind: 'front', portal: { ...portal, setup: false } })}
        />
      )
    }
    const front = {
      language: chosen,
      onLanguage: (language: Language) => void speak(language).then(() => setChosen(language)),
      oidc: portal.oidc,
      // Which doors there are differs from person to person.
      onSignedIn: () => void reload(),
    }
    return portal.setup ? <SetupPage {...front} /> : <SignInPage {...front} />
  }

  if (texts === null) return null
  return (
    <TextsContext.Provider value={texts}>
      <DoorsContext.Provider value={'portal' in state ? state.portal.doors : allDoors}>
        <ConfirmProvider>{page()}</ConfirmProvider>
      </DoorsContext.Provider>
    </TextsContext.Provider>
  )
}

const root = document.getElementById('page')
// Most people speak what their browser does: fetched while the portal is asked.
void loadTexts(browserLanguage())
if (root !== null) render(<App />, root)
