import { Field } from '../../ui/field.tsx'

/** One of several words. */
export const Choice = <T extends string>({
  label,
  value,
  words,
  onChoose,
}: {
  readonly label: string
  readonly value: T
  readonly words: Readonly<Record<T, string>>
  readonly onChoose: (value: T) => void
}) => (
  <Field label={label}>
    {(control) => (
      <select {...control} value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value as T)}>
        {(Object.entries(words) as [T, string][]).map(([one, word]) => (
          <option key={one} value={one}>
            {word}
          </option>
        ))}
      </select>
    )}
  </Field>
)

/** A whole number from 1 on. */
export const NumberField = ({
  label,
  value,
  max,
  onChange,
}: {
  readonly label: string
  readonly value: number
  readonly max: number
  readonly onChange: (value: number) => void
}) => (
  <Field label={label}>
    {(control) => (
      <input
        {...control}
        type="number"
        min={1}
        max={max}
        value={value}
        onInput={({ currentTarget }) => onChange(Math.max(1, Math.min(max, Number(currentTarget.value) || 1)))}
      />
    )}
  </Field>
)
