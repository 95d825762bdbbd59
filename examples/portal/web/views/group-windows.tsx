import { useState } from 'preact/hooks'
import { call, type Group } from '../api.ts'
import { firstHue } from '../colors.ts'
import { useTexts } from '../texts/index.ts'
import { TextField } from '../ui/field.tsx'
import { FormWindow } from '../ui/form-window.tsx'
import { useAction } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { AddGrantee, everyone } from './access-list.tsx'
import { HueField } from './calendar-window.tsx'

/** A group's name and who is in it. */
export const GroupWindow = ({
  group,
  onClose,
  onSaved,
}: {
  /** `null` for a new one. */
  readonly group: Group | null
  readonly onClose: () => void
  readonly onSaved: () => void
}) => {
  const words = useTexts().groups
  const [name, setName] = useState(group?.name ?? '')
  const [members, setMembers] = useState<Group['members']>(group?.members ?? [])
  const save = useAction(async () => {
    const body = { name: name.trim(), members: members.map(({ id }) => id) }
    if (group === null) await call('POST', '/groups', { body })
    else await call('PATCH', `/groups/${encodeURIComponent(group.id)}`, { body })
    onSaved()
  })
  return (
    <FormWindow
      title={group === null ? words.add : words.edit}
      ready={name.trim() !== ''}
      save={save}
      onClose={onClose}
    >
      <TextField label={words.name} value={name} onInput={setName} autofocus maxLength={200} />
      <fieldset class="field">
        <legend class="heading">{words.members}</legend>
        <div class="rows">
          {members.length === 0 && <p class="hint">{words.noMembers}</p>}
          {members.map((member) => (
            <div key={member.id} class="grant named">
              <span class="face" aria-hidden="true">
                <Icon name={member.kind === 'group' ? 'people' : 'person'} />
              </span>
              <span class="what">{member.name}</span>
              <button
                type="button"
                class="button plain square"
                aria-label={words.memberRemove(member.name)}
                onClick={() => setMembers(members.filter(({ id }) => id !== member.id))}
              >
                <Icon name="close" />
              </button>
            </div>
          ))}
          <AddGrantee
            taken={new Set([everyone, group?.id ?? '', ...members.map(({ id }) => id)])}
            onAdd={({ id, name: called, kind }) => setMembers([...members, { id, name: called, kind }])}
          />
        </div>
      </fieldset>
    </FormWindow>
  )
}

/** A new calendar that belongs to a group. */
export const GroupCalendarWindow = ({
  group,
  onClose,
  onSaved,
}: {
  readonly group: Group
  readonly onClose: () => void
  readonly onSaved: () => void
}) => {
  const texts = useTexts()
  const [name, setName] = useState(group.calendars.length === 0 ? group.name : '')
  const [color, setColor] = useState<string>(firstHue)
  const save = useAction(async () => {
    const body = { name: name.trim(), color }
    await call('POST', `/groups/${encodeURIComponent(group.id)}/calendars`, { body })
    onSaved()
  })
  return (
    <FormWindow
      title={texts.groups.addCalendar}
      sub={group.name}
      ready={name.trim() !== ''}
      save={save}
      onClose={onClose}
    >
      <div class="pair">
        <TextField label={texts.name} value={name} onInput={setName} autofocus maxLength={200} />
        <HueField color={color} onChange={setColor} />
      </div>
      <p class="hint">{texts.groups.calendarHint}</p>
    </FormWindow>
  )
}
