import { useState } from 'preact/hooks'
import { call } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { useAction } from '../../ui/hooks.ts'
import { ErrorNote } from '../../ui/note.tsx'
import { Window } from '../../ui/window.tsx'
import { sideOf } from './side-of.ts'

/** The end of a joined calendar: its events stay in the portal or go. */
export const LeaveWindow = ({
  id,
  name,
  onClose,
  onDone,
}: {
  readonly id: string
  readonly name: string
  readonly onClose: () => void
  readonly onDone: () => void
}) => {
  const texts = useTexts()
  const { joined } = texts
  const [events, setEvents] = useState<'keep' | 'drop'>('keep')
  const leave = useAction(async () => {
    await call('DELETE', `${sideOf(id).path}?events=${events}`)
    onDone()
  })
  return (
    <Window
      title={joined.leaveTitle(name)}
      sub={joined.leaveSub}
      onClose={onClose}
      onSubmit={() => void leave.run()}
      footer={
        <>
          <button type="button" class="button" onClick={onClose}>
            {texts.cancel}
          </button>
          <button type="submit" class={`button ${events === 'drop' ? 'danger' : 'main'}`} disabled={leave.busy}>
            {joined.leaveDo}
          </button>
        </>
      }
    >
      <fieldset class="field">
        <legend>{joined.leaveEvents}</legend>
        {(['keep', 'drop'] as const).map((one) => (
          <label key={one} class="choice">
            <input type="radio" name="leave-events" checked={events === one} onChange={() => setEvents(one)} />
            <span>{one === 'keep' ? joined.leaveKeep : joined.leaveDrop}</span>
          </label>
        ))}
      </fieldset>
      <ErrorNote error={leave.error} />
    </Window>
  )
}
