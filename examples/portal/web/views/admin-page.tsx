import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { type AuditList, call, type Doors, type ErrorList, type PersonState } from '../api.ts'
import { useTexts } from '../texts/index.ts'
import { useConfirm } from '../ui/confirm.tsx'
import { type Loaded, useAction, useLoaded } from '../ui/hooks.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { ErrorNote } from '../ui/note.tsx'
import { useWhen } from '../ui/when.ts'
import { ExchangeSetupPart } from './exchange/setup.tsx'

const parts: readonly (readonly ['doors' | 'exchange' | 'people' | 'errors' | 'audit', IconName])[] = [
  ['doors', 'shield'],
  ['exchange', 'server'],
  ['people', 'people'],
  ['errors', 'list'],
  ['audit', 'key'],
]

const Table = ({
  labelledBy,
  columns,
  rows,
}: {
  readonly labelledBy: string
  readonly columns: readonly string[]
  readonly rows: readonly { readonly key: string; readonly cells: readonly ComponentChildren[] }[]
}) => (
  <div class="table-card">
    <table class="table" aria-labelledby={labelledBy}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, cells }) => (
          <tr key={key}>
            {cells.map((cell, index) => (
              <td key={columns[index]} data-label={columns[index]}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

const DoorSwitches = ({ onChanged }: { readonly onChanged: () => void }) => {
  const texts = useTexts()
  const { setup } = texts
  const ask = useConfirm()
  const doors = useLoaded('doors', (signal) => call<Doors>('GET', '/admin/doors', { signal }))
  const set = useAction(async (door: keyof Doors['on'], on: boolean) => {
    const count = doors.data?.connections[door] ?? 0
    const text = setup.doorAsk(setup.doorNames[door], count)
    if (!on && count > 0 && !(await ask({ title: texts.doors.confirmTitle, text, act: setup.switchOff }))) return
    await call('PATCH', '/admin/doors', { body: { [door]: on } })
    doors.reload()
    onChanged()
  })
  return (
    <>
      <p class="sub">{setup.doorsSub}</p>
      <ul class="switches">
        {(['outlook', 'feed', 'caldav'] as const).map((door) => (
          <li key={door}>
            <label class="choice">
              <input
                type="checkbox"
                role="switch"
                class="toggle"
                checked={doors.data?.on[door] ?? true}
                aria-checked={doors.data?.on[door] ?? true}
                disabled={doors.data === null || set.busy}
                onChange={({ currentTarget }) => {
                  const wanted = currentTarget.checked
                  // Only the answer moves it: a question may come first.
                  currentTarget.checked = !wanted
                  void set.run(door, wanted)
                }}
              />
              <span class="field">
                <span>{setup.doorNames[door]}</span>
                <span class="hint">{doors.data !== null && setup.doorCount[door](doors.data.connections[door])}</span>
              </span>
            </label>
          </li>
        ))}
      </ul>
      <ErrorNote error={set.error ?? doors.error} />
    </>
  )
}

const Shown = <T,>({
  loaded,
  empty,
  children,
}: {
  readonly loaded: Loaded<readonly T[]>
  readonly empty: string
  readonly children: (rows: readonly T[]) => ComponentChildren
}) => (
  <>
    <ErrorNote error={loaded.error} />
    {loaded.data !== null && (loaded.data.length === 0 ? <p class="sub">{empty}</p> : children(loaded.data))}
  </>
)

/** For administrators: switches of the doors, people, what failed, and the trail of secrets. */
export const AdminPage = ({ onDoors }: { readonly onDoors: () => void }) => {
  const texts = useTexts()
  const { setup } = texts
  const { moment } = useWhen()
  const [part, setPart] = useState<(typeof parts)[number][0]>('doors')
  const people = useLoaded('people', (signal) => call<PersonState[]>('GET', '/admin/people', { signal }))
  const errors = useLoaded('errors', (signal) => call<ErrorList>('GET', '/admin/errors', { signal }))
  const audit = useLoaded(`audit/${part}`, (signal) => call<AuditList>('GET', '/admin/audit', { signal }))

  const body = () => {
    switch (part) {
      case 'doors':
        return <DoorSwitches onChanged={onDoors} />
      case 'exchange':
        return <ExchangeSetupPart />
      case 'people':
        return (
          <Shown loaded={people} empty="">
            {(rows) => (
              <Table
                labelledBy="admin-part"
                columns={[setup.columnPerson, setup.columnDevices, setup.columnLinks, 'Outlook', setup.columnLast]}
                rows={rows.map(({ id, name, login, admin, devices, links, outlooks, lastMs }) => ({
                  key: id,
                  cells: [
                    <>
                      {name}
                      <span class="sub block">{admin ? `${login} · ${setup.administrator}` : login}</span>
                    </>,
                    devices,
                    links,
                    outlooks,
                    lastMs === null ? texts.never : moment(lastMs),
                  ],
                }))}
              />
            )}
          </Shown>
        )
      case 'errors':
        return (
          <Shown loaded={errors} empty={setup.noErrors}>
            {(rows) => (
              <Table
                labelledBy="admin-part"
                columns={[setup.columnWhen, setup.columnCode, setup.columnWhere, setup.columnWhat]}
                rows={rows.map(({ id, atMs, where, what }) => ({ key: id, cells: [moment(atMs), id, where, what] }))}
              />
            )}
          </Shown>
        )
      case 'audit':
        return (
          <Shown loaded={audit} empty={setup.noAudit}>
            {(rows) => (
              <Table
                labelledBy="admin-part"
                columns={[setup.columnWhen, setup.columnPerson, setup.columnWhat, texts.name]}
                rows={rows.map((entry, index) => ({
                  key: `${entry.atMs}/${index}`,
                  cells: [
                    moment(entry.atMs),
                    entry.personName,
                    `${setup.kinds[entry.kind] ?? entry.kind}: ${setup.actions[entry.action] ?? entry.action}`,
                    entry.name,
                  ],
                }))}
              />
            )}
          </Shown>
        )
    }
  }

  return (
    <div class="admin">
      <nav class="admin-parts" aria-label={setup.admin}>
        {parts.map(([one, icon]) => (
          <button key={one} type="button" aria-current={one === part ? 'page' : undefined} onClick={() => setPart(one)}>
            <Icon name={icon} />
            {setup.adminParts[one]}
            {one === 'errors' && (errors.data?.length ?? 0) > 0 && (
              <span class="state warn">{errors.data?.length}</span>
            )}
          </button>
        ))}
      </nav>
      <section aria-labelledby="admin-part">
        <h1 id="admin-part">{setup.adminParts[part]}</h1>
        {body()}
      </section>
    </div>
  )
}
