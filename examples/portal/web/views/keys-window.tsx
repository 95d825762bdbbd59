import { useState } from 'preact/hooks'
import { useTexts } from '../texts/index.ts'
import { CheckField } from '../ui/field.tsx'
import { lettersAreOn, setLetters } from '../ui/shortcuts.ts'
import { Window } from '../ui/window.tsx'

/** What the keys do, and the switch for single letters. */
export const KeysWindow = ({ onClose }: { readonly onClose: () => void }) => {
  const texts = useTexts()
  const [letters, setOn] = useState(lettersAreOn)
  return (
    <Window title={texts.grid.keysTitle} sub={texts.grid.keysSub} onClose={onClose}>
      <dl class="keys">
        {texts.grid.keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <CheckField
        label={texts.grid.letterKeys}
        checked={letters}
        onChange={(on) => {
          setLetters(on)
          setOn(on)
        }}
      />
    </Window>
  )
}
