import { useState } from 'preact/hooks'
import { type Calendar, call, type Person } from '../api.ts'
import { hues } from '../colors.ts'
import { useTexts } from '../texts/index.ts'
import { CheckField, Field, TextField } from '../ui/field.tsx'
import { useAction, useLoaded } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { ErrorNote, Note } from '../ui/note.tsx'
import { Window } from '../ui/window.tsx'

type Grants = Calendar['access']
type Level = Grants[number]['level']
const levels: readonly Level[] = ['free-busy', 'titles', 'read', 'write', 'owner']
const everyone = '*'

/** Who may do what: a row per person or group, and one to add. */
const AccessList = ({
  access,
  owner,
  onChange,
}: {
  readonly access: Grants
  readonly owner: string
  readonly onChange: (access: Grants) => void
}) => {
  const texts = useTexts()
  const people = useLoaded('people', (signal) => call<Person[]>('GET', '/people', { signal }))
  const nameOf = (id: string): string =>
    id === everyone ? texts.accessEveryone : (people.data?.find((person) => person.id === id)?.name ?? id)
  const taken = new Set([owner, ...access.map(({ principal }) => principal)])
  const offered = [everyone, ...(people.data ?? []).map(({ id }) => id)].filter((id) => !taken.has(id))
  return (
    <fieldset class="field">
      <legend class="label">{texts.access}</legend>
      {access.length === 0 && <p class="hint">{texts.accessOnlyYou}</p>}
      {access.map(({ principal, level }) => (
        <div key={principal} class="pair">
          <span class="row">
            <button
              type="button"
              class="button plain square"
              aria-label={texts.accessRemove(nameOf(principal))}
              onClick={() => onChange(access.filter((grant) => grant.principal !== principal))}
            >
              <Icon name="close" />
            </button>
            {nameOf(principal)}
          </span>
          <select
            aria-label={`${texts.access}: ${nameOf(principal)}`}
            value={level}
            onChange={({ currentTarget }) =>
              onChange(
                access.map((grant) =>
                  grant.principal === principal ? { principal, level: currentTarget.value as Level } : grant,
                ),
              )
            }
          >
            {levels.map((value) => (
              <option key={value} value={value}>
                {texts.levels[value]}
              </option>
            ))}
          </select>
        </div>
      ))}
      {offered.length > 0 && (
        <select
          aria-label={texts.accessAdd}
          value=""
          onChange={({ currentTarget }) => {
            if (currentTarget.value !== '') onChange([...access, { principal: currentTarget.value, level: 'read' }])
          }}
        >
          <option value="">{texts.accessAdd}</option>
          {offered.map((id) => (
            <option key={id} value={id}>
              {nameOf(id)}
            </option>
          ))}
        </select>
      )}
    </fieldset>
  )
}

/** A calendar's form: name, colour, description, access and "allow export"; as text for those who do not own it. */
export const CalendarWindow = ({
  calendar,
  onClose,
  onDone,
}: {
  /** `null` for a new one. */
  readonly calendar: Calendar | null
  readonly onClose: () => void
  readonly onDone: () => void
}) => {
  const texts = useTexts()
  const [name, setName] = useState(calendar?.name ?? '')
  const [description, setDescription] = useState(calendar?.description ?? '')
  const [color, setColor] = useState<string>(calendar?.color ?? hues[0])
  const [exportAllowed, setExportAllowed] = useState(calendar?.exportAllowed ?? false)
  const [access, setAccess] = useState<Grants>(calendar?.access ?? [])
  const [kind, setKind] = useState<'VEVENT' | 'VTODO'>('VEVENT')
  const owner = calendar === null || calendar.level === 'owner'

  const save = useAction(async () => {
    const fields = { name: name.trim(), description, color, exportAllowed, access: [...access] }
    if (calendar === null) await call('POST', '/calendars', { body: { ...fields, components: [kind] } })
    else await call('PATCH', `/calendars/${encodeURIComponent(calendar.id)}`, { body: fields })
    onDone()
  })

  if (!owner) {
    return (
      <Window title={calendar.name} sub={calendar.owner.name} onClose={onClose}>
        {calendar.description !== '' && <p>{calendar.description}</p>}
        <p>
          {texts.access}: {texts.levels[calendar.level]}
        </p>
      </Window>
    )
  }
  return (
    <Window
      title={calendar === null ? texts.calendarNew : calendar.name}
      onClose={onClose}
      onSubmit={save.run}
      footer={
        <>
          <button type="button" class="button" onClick={onClose}>
            {texts.cancel}
          </button>
          <button type="submit" class="button main" disabled={save.busy || name.trim() === ''}>
            {texts.save}
          </button>
        </>
      }
    >
      <TextField label={texts.name} value={name} onInput={setName} autofocus maxLength={200} />
      <fieldset class="field">
        <legend class="label">{texts.color}</legend>
        <div class="swatches">
          {[...new Set([...hues, color])].map((hue) => (
            <input
              key={hue}
              type="radio"
              name="color"
              class="swatch"
              aria-label={hue}
              checked={hue === color}
              style={{ '--hue': hue }}
              onChange={() => setColor(hue)}
            />
          ))}
        </div>
      </fieldset>
      <Field label={texts.description}>
        {(control) => (
          <textarea {...control} value={description} onInput={(event) => setDescription(event.currentTarget.value)} />
        )}
      </Field>
      {calendar === null && (
        <Field label={texts.kinds}>
          {(control) => (
            <select
              {...control}
              value={kind}
              onChange={({ currentTarget }) => setKind(currentTarget.value as typeof kind)}
            >
              <option value="VEVENT">{texts.kindEvents}</option>
              <option value="VTODO">{texts.kindTasks}</option>
            </select>
          )}
        </Field>
      )}
      <CheckField
        label={texts.allowExport}
        hint={texts.allowExportHint}
        checked={exportAllowed}
        onChange={setExportAllowed}
      />
      {calendar?.exportAllowed && !exportAllowed && (
        <Note kind="warn">
          <p>{texts.exportOffAsk}</p>
        </Note>
      )}
      <AccessList access={access} owner={calendar?.owner.id ?? ''} onChange={setAccess} />
      <ErrorNote error={save.error} />
    </Window>
  )
}
