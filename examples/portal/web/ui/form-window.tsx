import type { ComponentChildren } from 'preact'
import { useTexts } from '../texts/index.ts'
import type { useAction } from './hooks.ts'
import { ErrorNote } from './note.tsx'
import { Window } from './window.tsx'

/** A window with a form that does one thing: its fields, what went wrong, and the two ways out. */
export const FormWindow = ({
  title,
  sub,
  act,
  ready,
  save,
  onClose,
  children,
}: {
  readonly title: string
  readonly sub?: string | undefined
  /** What the button says that does it. Default: "Save". */
  readonly act?: string
  /** Whether enough is filled in. */
  readonly ready: boolean
  readonly save: ReturnType<typeof useAction<[]>>
  readonly onClose: () => void
  readonly children: ComponentChildren
}) => {
  const texts = useTexts()
  return (
    <Window
      title={title}
      {...(sub === undefined ? {} : { sub })}
      onClose={onClose}
      onSubmit={() => void save.run()}
      footer={
        <>
          <button type="button" class="button" onClick={onClose}>
            {texts.cancel}
          </button>
          <button type="submit" class="button main" disabled={save.busy || !ready}>
            {act ?? texts.save}
          </button>
        </>
      }
    >
      {children}
      <ErrorNote error={save.error} />
    </Window>
  )
}
