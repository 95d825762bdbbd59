import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { type AuditList, call, type ErrorList, type Me } from '../api.ts'
import { useTexts } from '../texts/index.ts'
import { type Loaded, useLoaded } from '../ui/hooks.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { ErrorNote } from '../ui/note.tsx'
import { useWhen } from '../ui/when.ts'
import { AdminTable } from './admin-table.tsx'
import { DoorRules } from './door-rules.tsx'
import { ExchangeSetupPart } from './exchange/setup.tsx'
import { GroupsPart } from './groups-part.tsx'
import { JoinedSetupPart } from './joined/setup.tsx'
import { PeoplePart } from './people-part.tsx'

type Part = 'doors' | 'exchange' | 'joined' | 'people' | 'groups' | 'errors' | 'audit'

const parts: readonly (readonly [Part, IconName])[] = [
  ['doors', 'shield'],
  ['exchange', 'server'],
  ['joined', 'link'],
  ['people', 'person'],
  ['groups', 'people'],
  ['errors', 'list'],
  ['audit', 'key'],
]

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
export const AdminPage = ({ me, onDoors }: { readonly me: Me; readonly onDoors: () => void }) => {
  const texts = useTexts()
  const { setup } = texts
  const { moment } = useWhen()
  const [part, setPart] = useState<(typeof parts)[number][0]>('doors')
  const errors = useLoaded('errors', (signal) => call<ErrorList>('GET', '/admin/errors', { signal }))
  const audit = useLoaded(`audit/${part}`, (signal) => call<AuditList>('GET', '/admin/audit', { signal }))

  const body = () => {
    switch (part) {
      case 'doors':
        return <DoorRules onChanged={onDoors} />
      case 'joined':
        return <JoinedSetupPart />
      case 'exchange':
        return <ExchangeSetupPart />
      case 'people':
        return <PeoplePart me={me} onSelf={onDoors} />
      case 'groups':
        return <GroupsPart />
      case 'errors':
        return (
          <Shown loaded={errors} empty={setup.noErrors}>
            {(rows) => (
              <AdminTable
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
              <AdminTable
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
