import type { RefObject } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { useTexts } from '../texts/index.ts'
import { Icon } from './icon.tsx'
import { Tip } from './tip.tsx'

type CopyState = 'idle' | 'copied' | 'failed'

const copyText = async (value: string, input: HTMLInputElement | null): Promise<CopyState> => {
  try {
    await navigator.clipboard.writeText(value)
    return 'copied'
  } catch {
    // Without https browsers offer no clipboard: the old way works inside a click, else the text is there, selected.
    input?.select()
    return input !== null && document.execCommand('copy') ? 'copied' : 'failed'
  }
}

const useCopy = (value: string, input: RefObject<HTMLInputElement | null>) => {
  const [state, setState] = useState<CopyState>('idle')
  return { state, copy: async () => setState(await copyText(value, input.current)) }
}

/** A value to take along, with a button that says whether it worked. */
export const Copy = ({
  label,
  value,
  dense = false,
}: {
  readonly label: string
  readonly value: string
  /** Name, value and a sign in one line, where there is room: one of several below each other. */
  readonly dense?: boolean
}) => {
  const texts = useTexts()
  const input = useRef<HTMLInputElement>(null)
  const { state, copy } = useCopy(value, input)
  const done = state === 'copied'
  return (
    <div class={`field ${dense ? 'dense' : ''}`}>
      <span class="label">{label}</span>
      <div class="copy">
        <input
          ref={input}
          readOnly
          value={value}
          aria-label={label}
          onFocus={(event) => event.currentTarget.select()}
        />
        {dense ? (
          <Tip text={texts.copy}>
            {() => (
              <button
                type="button"
                class={`button square ${done ? 'done' : ''}`}
                aria-label={`${texts.copy}: ${label}`}
                onClick={copy}
              >
                <Icon name={done ? 'check' : 'copy'} />
              </button>
            )}
          </Tip>
        ) : (
          <button type="button" class={`button ${done ? 'done' : ''}`} onClick={copy}>
            {done && <Icon name="check" />}
            {done ? texts.copied : texts.copy}
          </button>
        )}
      </div>
      <p class={state === 'failed' ? 'hint' : 'hidden-text'} role="status">
        {state === 'failed' ? texts.copyFailed : done ? texts.copied : ''}
      </p>
    </div>
  )
}

/** Copies what is not shown: a link in a table, by a sign with its words at hand, or a text by its name. */
export const CopyButton = ({
  label,
  value,
  words = false,
}: {
  readonly label: string
  readonly value: string
  /** Shows the name, and no sign alone. */
  readonly words?: boolean
}) => {
  const texts = useTexts()
  const input = useRef<HTMLInputElement>(null)
  const { state, copy } = useCopy(value, input)
  return (
    <>
      <Tip text={words ? '' : label}>
        {() => (
          <button
            type="button"
            class={`button ${words ? 'plain link' : 'square'} ${state === 'copied' ? 'done' : ''}`}
            aria-label={label}
            onClick={copy}
          >
            <Icon name={state === 'copied' ? 'check' : 'copy'} />
            {words && (state === 'copied' ? texts.copied : label)}
          </button>
        )}
      </Tip>
      <input
        ref={input}
        class={state === 'failed' ? '' : 'hidden-text'}
        readOnly
        value={value}
        aria-label={label}
        tabIndex={-1}
      />
      <span class="hidden-text" role="status">
        {state === 'copied' ? texts.copied : state === 'failed' ? texts.copyFailed : ''}
      </span>
    </>
  )
}
