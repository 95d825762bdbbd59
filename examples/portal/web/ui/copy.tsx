import { useRef, useState } from 'preact/hooks'
import { useTexts } from '../texts/index.ts'
import { Icon } from './icon.tsx'

/** A value to take along, with a button that says whether it worked. */
export const Copy = ({ label, value }: { readonly label: string; readonly value: string }) => {
  const texts = useTexts()
  const input = useRef<HTMLInputElement>(null)
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value)
      setState('copied')
    } catch {
      // Without https browsers offer no clipboard: the old way works inside a click, else the text is there, selected.
      input.current?.select()
      setState(document.execCommand('copy') ? 'copied' : 'failed')
    }
  }

  return (
    <div class="field">
      <span class="label">{label}</span>
      <div class="copy">
        <input
          ref={input}
          readOnly
          value={value}
          aria-label={label}
          onFocus={(event) => event.currentTarget.select()}
        />
        <button type="button" class={`button ${state === 'copied' ? 'done' : ''}`} onClick={copy}>
          {state === 'copied' && <Icon name="check" />}
          {state === 'copied' ? texts.copied : texts.copy}
        </button>
      </div>
      <p class="hint" role="status">
        {state === 'failed' ? (
          texts.copyFailed
        ) : (
          <span class="hidden-text">{state === 'copied' ? texts.copied : ''}</span>
        )}
      </p>
    </div>
  )
}
