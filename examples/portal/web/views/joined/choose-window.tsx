import { useState } from 'preact/hooks'
import { type Calendar, call, type JoinedAccount, type JoinedCalendar, type OutsideCalendar } from '../../api.ts'
import { hueStyle } from '../../colors.ts'
import { errorText, useTexts } from '../../texts/index.ts'
import { Field } from '../../ui/field.tsx'
import { useAction, useLoaded } from '../../ui/hooks.ts'
import { ErrorNote, Note } from '../../ui/note.tsx'
import { Window } from '../../ui/window.tsx'

type Direction = JoinedCalendar['direction']

/** The calendars of an account, which of them to join, and which way changes go. */
export const ChooseWindow = ({
  account,
  own,
  onClose,
  onDone,
}: {
  readonly account: JoinedAccount
  /** Calendars of the person that one could go into. */
  readonly own: readonly Calendar[]
  readonly onClose: () => void
  readonly onDone: (count: number) => void
}) => {
  const texts = useTexts()
  const { joined } = texts
  const path = `/joined/accounts/${encodeURIComponent(account.id)}/calendars`
  const found = useLoaded(path, (signal) => call<OutsideCalendar[]>('GET', path, { signal }))
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [direction, setDirection] = useState<Direction>('both')
  const [into, setInto] = useState('')
  const [failed, setFailed] = useState<readonly { readonly name: string; readonly error: unknown }[]>([])
  const join = useAction(async () => {
    const faults: { name: string; error: unknown }[] = []
    const done = new Set<string>()
    for (const { remote, name, mayWrite } of found.data ?? []) {
      if (!chosen.has(remote)) continue
      const body = {
        remote,
        direction: mayWrite ? direction : 'to-portal',
        into: chosen.size === 1 && into !== '' ? into : null,
      }
      try {
        await call('POST', path, { body })
        done.add(remote)
      } catch (error) {
        faults.push({ name, error })
      }
    }
    if (faults.length === 0) return onDone(done.size)
    setFailed(faults)
    setChosen(new Set([...chosen].filter((one) => !done.has(one))))
    found.reload()
  })
  const toggle = (remote: string, on: boolean) => {
    const next = new Set(chosen)
    if (on) next.add(remote)
    else next.delete(remote)
    setChosen(next)
  }
  return (
    <Window
      title={joined.chooseTitle}
      sub={joined.chooseSub(account.name, account.login)}
      onClose={onClose}
      onSubmit={() => void join.run()}
      footer={
        <>
          <span class="first" role="status">
            {join.busy ? joined.joining : ''}
          </span>
          <button type="button" class="button" onClick={onClose}>
            {texts.cancel}
          </button>
          <button type="submit" class="button main" disabled={join.busy || chosen.size === 0}>
            {joined.join}
          </button>
        </>
      }
    >
      <fieldset class="field outside-calendars" aria-busy={found.data === null}>
        <legend>{joined.calendars}</legend>
        {found.data === null && found.error === null && <p class="sub">{joined.finding}</p>}
        {found.data?.length === 0 && <p class="sub">{joined.nothingThere}</p>}
        {found.data?.map(({ remote, name, color, mayWrite, joined: already }) => (
          <label key={remote} class="choice" style={hueStyle(color)}>
            <input
              type="checkbox"
              checked={already !== null || chosen.has(remote)}
              disabled={already !== null || join.busy}
              onChange={({ currentTarget }) => toggle(remote, currentTarget.checked)}
            />
            <span class="field">
              <span>
                <span class="dot" aria-hidden="true" /> {name}
              </span>
              {already !== null && <span class="hint">{joined.already}</span>}
              {already === null && !mayWrite && <span class="hint">{joined.readOnly}</span>}
            </span>
          </label>
        ))}
      </fieldset>
      <fieldset class="field">
        <legend>{joined.direction}</legend>
        {(['both', 'to-portal'] as const).map((one) => (
          <label key={one} class="choice">
            <input
              type="radio"
              name="joined-direction"
              checked={direction === one}
              onChange={() => setDirection(one)}
            />
            <span class="field">
              <span>{joined.directions[one]}</span>
              <span class="hint">{joined.directionHints[one]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {chosen.size === 1 && own.length > 0 && (
        <Field label={joined.into}>
          {(control) => (
            <select {...control} value={into} onChange={({ currentTarget }) => setInto(currentTarget.value)}>
              <option value="">{joined.intoNew}</option>
              {own.map(({ id, name }) => (
                <option key={id} value={id}>
                  {joined.intoOwn(name)}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <p class="hint">{joined.happens}</p>
      {failed.length > 0 && (
        <Note kind="err">
          {failed.map(({ name, error }) => (
            <p key={name}>
              {joined.notJoined(name)} {errorText(texts, error)}
            </p>
          ))}
        </Note>
      )}
      <ErrorNote error={found.error ?? join.error} />
    </Window>
  )
}
