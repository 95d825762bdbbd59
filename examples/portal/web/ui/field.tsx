import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

/** What a control needs to be tied to its label, hint and fault. */
export interface ControlProps {
  readonly id: string
  readonly 'aria-describedby'?: string
  readonly 'aria-invalid'?: 'true'
}

/** A label over one control. */
export const Field = ({
  label,
  hint,
  fault,
  children,
}: {
  readonly label: string
  readonly hint?: string
  readonly fault?: string | null
  readonly children: (control: ControlProps) => ComponentChildren
}) => {
  const id = useId()
  const note = fault ?? hint
  const control: ControlProps = {
    id,
    ...(note === undefined ? {} : { 'aria-describedby': `${id}-note` }),
    ...(fault ? { 'aria-invalid': 'true' as const } : {}),
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(control)}
      {note !== undefined && (
        <p id={`${id}-note`} class={fault ? 'fault' : 'hint'}>
          {note}
        </p>
      )}
    </div>
  )
}

/** A text on one line; a secret one is not shown while it is typed. */
export const TextField = ({
  label,
  value,
  onInput,
  hint,
  fault,
  secret = false,
  ...rest
}: {
  readonly label: string
  readonly value: string
  readonly onInput: (value: string) => void
  readonly hint?: string
  readonly fault?: string | null
  readonly secret?: boolean
  readonly autocomplete?: 'username' | 'current-password' | 'new-password' | 'name' | 'off'
  readonly autofocus?: boolean
  readonly placeholder?: string
  readonly maxLength?: number
  readonly readOnly?: boolean
}) => (
  <Field label={label} {...(hint === undefined ? {} : { hint })} {...(fault === undefined ? {} : { fault })}>
    {(control) => {
      const props = {
        ...control,
        ...rest,
        value,
        onInput: (event: { readonly currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value),
      }
      return secret ? <input type="password" {...props} /> : <input type="text" {...props} />
    }}
  </Field>
)

/** A box with its words beside it. */
export const CheckField = ({
  label,
  hint,
  checked,
  onChange,
  disabled = false,
}: {
  readonly label: string
  readonly hint?: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly disabled?: boolean
}) => (
  <label class="choice">
    <input
      type="checkbox"
      checked={checked}
      disabled={disabled}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
    <span class="field">
      <span>{label}</span>
      {hint !== undefined && <span class="hint">{hint}</span>}
    </span>
  </label>
)
