import { type ComponentChildren, createContext } from 'preact'
import { useCallback, useContext, useState } from 'preact/hooks'
import { useTexts } from '../texts/index.ts'
import { Window } from './window.tsx'

interface Question {
  readonly title: string
  readonly text: string
  /** The word on the button that does it. */
  readonly act: string
}

type Ask = (question: Question) => Promise<boolean>

const ConfirmContext = createContext<Ask>(async () => false)

/** Asks before what cannot be taken back; `false` also when the window was closed by Esc. */
export const useConfirm = (): Ask => useContext(ConfirmContext)

/** Shows the questions of everything inside it, one at a time. */
export const ConfirmProvider = ({ children }: { readonly children: ComponentChildren }) => {
  const texts = useTexts()
  const [open, setOpen] = useState<(Question & { readonly answer: (yes: boolean) => void }) | null>(null)
  const ask = useCallback<Ask>(
    (question) => new Promise((resolve) => setOpen({ ...question, answer: resolve })),
    [setOpen],
  )
  const close = (yes: boolean) => {
    open?.answer(yes)
    setOpen(null)
  }
  return (
    <ConfirmContext.Provider value={ask}>
      {children}
      {open !== null && (
        <Window
          title={open.title}
          small
          onClose={() => close(false)}
          footer={
            <>
              {/* First in order and in focus, so that a hasty Enter does no harm. */}
              <button type="button" class="button" autofocus onClick={() => close(false)}>
                {texts.cancel}
              </button>
              <button type="button" class="button danger" onClick={() => close(true)}>
                {open.act}
              </button>
            </>
          }
        >
          <p>{open.text}</p>
        </Window>
      )}
    </ConfirmContext.Provider>
  )
}
