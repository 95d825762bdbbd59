import { useState } from 'preact/hooks'
import { type Company, call, type Group } from '../api.ts'
import { useTexts } from '../texts/index.ts'
import { useConfirm } from '../ui/confirm.tsx'
import { useAction, useLoaded } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { ErrorNote } from '../ui/note.tsx'
import { AdminTable } from './admin-table.tsx'
import { GroupCalendarWindow, GroupWindow } from './group-windows.tsx'

const namesShown = 3

/** The company's calendar, and the groups with their members and calendars. */
export const GroupsPart = () => {
  const texts = useTexts()
  const words = texts.groups
  const ask = useConfirm()
  const [open, setOpen] = useState<{ readonly kind: 'group' | 'calendar'; readonly group: Group | null } | null>(null)
  const groups = useLoaded('groups', (signal) => call<Group[]>('GET', '/groups', { signal }))
  const company = useLoaded('company', (signal) => call<Company>('GET', '/company', { signal }))
  const make = useAction(async () => {
    await call('PUT', '/company/calendar')
    company.reload()
  })
  const remove = useAction(async ({ id, name, calendars }: Group) => {
    const text = words.removeAsk(name, calendars.length)
    if (!(await ask({ title: texts.doors.confirmTitle, text, act: words.remove }))) return
    await call('DELETE', `/groups/${encodeURIComponent(id)}`)
    groups.reload()
  })
  const saved = () => {
    setOpen(null)
    groups.reload()
  }
  const membersOf = ({ members }: Group): string => {
    if (members.length === 0) return words.noMembers
    if (members.length > namesShown) return words.membersCount(members.length)
    return members.map(({ name }) => name).join(', ')
  }
  return (
    <>
      <h2>{words.company}</h2>
      {company.data !== null && (
        <p class="sub">{company.data.calendar === null ? words.companyNone : words.companyHere}</p>
      )}
      {company.data?.calendar === null && (
        <div class="row">
          <button type="button" class="button" disabled={make.busy} onClick={() => void make.run()}>
            <Icon name="calendar" />
            {words.companyMake}
          </button>
        </div>
      )}
      <h2 id="groups-heading">{words.heading}</h2>
      <p class="sub">{words.sub}</p>
      <div class="row">
        <button type="button" class="button main" onClick={() => setOpen({ kind: 'group', group: null })}>
          <Icon name="plus" />
          {words.add}
        </button>
      </div>
      <ErrorNote error={groups.error ?? company.error ?? make.error ?? remove.error} />
      {groups.data?.length === 0 && <p class="sub">{words.empty}</p>}
      {groups.data !== null && groups.data.length > 0 && (
        <AdminTable
          labelledBy="groups-heading"
          columns={[words.column, words.members, words.calendars]}
          buttons={`${words.addCalendar}, ${words.edit}, ${words.remove}`}
          rows={groups.data.map((group) => ({
            key: group.id,
            cells: [
              group.name,
              membersOf(group),
              group.calendars.length === 0 ? words.noCalendars : group.calendars.map(({ name }) => name).join(', '),
              <div class="row">
                <button
                  type="button"
                  class="button"
                  aria-label={words.addCalendarOf(group.name)}
                  onClick={() => setOpen({ kind: 'calendar', group })}
                >
                  {words.addCalendar}
                </button>
                <button
                  type="button"
                  class="button"
                  aria-label={words.editOf(group.name)}
                  onClick={() => setOpen({ kind: 'group', group })}
                >
                  {words.personEdit}
                </button>
                <button
                  type="button"
                  class="button danger"
                  aria-label={words.removeOf(group.name)}
                  disabled={remove.busy}
                  onClick={() => void remove.run(group)}
                >
                  {words.remove}
                </button>
              </div>,
            ],
          }))}
        />
      )}
      {open?.kind === 'group' && <GroupWindow group={open.group} onClose={() => setOpen(null)} onSaved={saved} />}
      {open?.kind === 'calendar' && open.group !== null && (
        <GroupCalendarWindow group={open.group} onClose={() => setOpen(null)} onSaved={saved} />
      )}
    </>
  )
}
