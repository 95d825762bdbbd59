import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { call, type Me, type Portal } from './api.ts'
import { browserLanguage, type Language, TextsContext, textsOf } from './texts/index.ts'
import { ConfirmProvider } from './ui/confirm.tsx'
import { DoorsContext } from './ui/doors-context.ts'
import { ErrorNote } from './ui/note.tsx'
import { SetupPage, SignInPage } from './views/front.tsx'
import { PortalPage } from './views/portal-page.tsx'

/** Until the portal has said. */
const allDoors = { outlook: true, feed: true, caldav: true }

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
  const reload = () => {
    load().then(setState, (error: unknown) =>
      setState((before) => (before.kind === 'in' ? before : { kind: 'failed', error })),
    )
  }
  useEffect(reload, [])
  const language = state.kind === 'in' ? state.me.locale : chosen
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])

  const page = () => {
    if (state.kind === 'loading') return null
    if (state.kind === 'failed') return <ErrorNote error={state.error} />
    const { portal } = state
    if (state.kind === 'in') {
      return (
        <PortalPage
          me={state.me}
          portal={portal}
          onMe={(me) => setState({ kind: 'in', portal, me })}
          onPortal={reload}
          onSignedOut={() => setState({ kind: 'front', portal: { ...portal, setup: false } })}
        />
      )
    }
    const front = {
      language,
      onLanguage: setChosen,
      oidc: portal.oidc,
      // Which doors there are differs from person to person.
      onSignedIn: reload,
    }
    return portal.setup ? <SetupPage {...front} /> : <SignInPage {...front} />
  }

  return (
    <TextsContext.Provider value={textsOf(language)}>
      <DoorsContext.Provider value={'portal' in state ? state.portal.doors : allDoors}>
        <ConfirmProvider>{page()}</ConfirmProvider>
      </DoorsContext.Provider>
    </TextsContext.Provider>
  )
}

const root = document.getElementById('page')
if (root !== null) render(<App />, root)
