import { useState } from 'preact/hooks'
import { call, type Subscription } from '../api.ts'
import { firstHue } from '../colors.ts'
import { useTexts } from '../texts/index.ts'
import { TextField } from '../ui/field.tsx'
import { useAction } from '../ui/hooks.ts'
import { ErrorNote } from '../ui/note.tsx'
import { Window } from '../ui/window.tsx'
import { HueField } from './calendar-window.tsx'

/** An outside .ics address becomes a read-only calendar, when it answers with one. */
export const SubscribeWindow = ({ onClose, onDone }: { readonly onClose: () => void; readonly onDone: () => void }) => {
  const texts = useTexts()
  const { doors } = texts
  const [url, setUrl] = useState('')
  const [name, setName] = useState('')
  const [color, setColor] = useState<string>(firstHue)
  const subscribe = useAction(async () => {
    const named = name.trim() === '' ? {} : { name: name.trim() }
    await call<Subscription>('POST', '/subscriptions', { body: { url: url.trim(), color, ...named } })
    onDone()
  })
  return (
    <Window
      title={doors.subscribe}
      sub={doors.subscribeSub}
      onClose={onClose}
      onSubmit={subscribe.run}
      footer={
        <>
          <span class="first" role="status">
            {subscribe.busy ? doors.checkRun : ''}
          </span>
          <button type="button" class="button" onClick={onClose}>
            {texts.cancel}
          </button>
          <button type="submit" class="button main" disabled={subscribe.busy || url.trim() === ''}>
            {doors.subscribeDo}
          </button>
        </>
      }
    >
      <TextField
        label={doors.subscribeUrl}
        value={url}
        onInput={setUrl}
        placeholder={doors.subscribeExample}
        autocomplete="off"
        autofocus
        maxLength={4_000}
      />
      <div class="pair">
        <TextField label={texts.name} hint={doors.subscribeName} value={name} onInput={setName} maxLength={200} />
        <HueField color={color} onChange={setColor} />
      </div>
      <ErrorNote error={subscribe.error} />
    </Window>
  )
}
