import type { ComponentChildren } from 'preact'
import { useTexts } from '../texts/index.ts'
import { Icon } from './icon.tsx'

/** The end of a form in a window: save, cancel and, apart from them, delete. */
export const FormFooter = ({
  busy,
  series,
  onDelete,
  onClose,
  children,
}: {
  readonly busy: boolean
  /** Deleting asks first how much is meant. */
  readonly series: boolean
  /** `null` for what is not there yet. */
  readonly onDelete: (() => void) | null
  readonly onClose: () => void
  /** What stands before all others. */
  readonly children?: ComponentChildren
}) => {
  const texts = useTexts()
  return (
    <>
      {children}
      {onDelete !== null && (
        <button type="button" class="button danger first" onClick={onDelete}>
          <Icon name="trash" />
          {series ? texts.grid.deleteAsk : texts.grid.deleteDo}
        </button>
      )}
      <button type="button" class="button" onClick={onClose}>
        {texts.cancel}
      </button>
      <button type="submit" class="button main" disabled={busy}>
        {texts.save}
      </button>
    </>
  )
}
