import type { ComponentChildren } from 'preact'
import type { FeedLink } from '../api.ts'
import { programOf } from '../programs.ts'
import { useTexts } from '../texts/index.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { Note } from '../ui/note.tsx'
import { roles } from '../ui/table-roles.ts'
import { Tip } from '../ui/tip.tsx'
import { useWhen } from '../ui/when.ts'

/** How a connection stands; devices and mailboxes have states of their own. */
export type State = FeedLink['state'] | 'failing' | 'wrong-password' | 'revoked'

/** A word in a pill, with a sign of its own, so that colour only repeats it. */
const StateTag = ({ state, last }: { readonly state: State; readonly last: string }) => {
  const { doors } = useTexts()
  const [kind, icon] =
    state === 'works'
      ? ['ok', 'check' as const]
      : state === 'unused' || state === 'revoked'
        ? ['', null]
        : ['warn', 'warning' as const]
  return (
    <Tip text={`${doors.columnLast}: ${last}`} byPress>
      {(id) => (
        <button type="button" class={`state ${kind}`} aria-describedby={id}>
          {icon !== null && <Icon name={icon} />}
          {doors.states[state]}
        </button>
      )}
    </Tip>
  )
}

/** Stands where a way was looked for that is not there: whom to ask. */
export const Closed = ({ text }: { readonly text: string }) => {
  const { doors } = useTexts()
  return (
    <Note kind="plain" icon="info">
      <p>
        {text} {doors.askAdmin}
      </p>
    </Note>
  )
}

/** One connection, whatever its way. */
export interface Row {
  readonly key: string
  readonly icon: IconName
  readonly name: string
  readonly sub: string
  readonly program: string
  readonly last: string
  readonly state: State
  /** What to do about the state. */
  readonly remedy?: ComponentChildren
  readonly action: ComponentChildren
}

/** Connections with their program, last use and state. */
export const ConnectionTable = ({
  labelledBy,
  rows,
}: {
  readonly labelledBy: string
  readonly rows: readonly Row[]
}) => {
  const texts = useTexts()
  const { doors } = texts
  return (
    <div class="table-card">
      <table class="table connections" aria-labelledby={labelledBy} {...roles.table}>
        <thead {...roles.group}>
          <tr {...roles.row}>
            <th scope="col" {...roles.header}>
              {doors.columnName}
            </th>
            <th scope="col" {...roles.header}>
              {texts.program}
            </th>
            <th scope="col" {...roles.header}>
              {doors.columnLast}
            </th>
            <th scope="col" {...roles.header}>
              {doors.columnState}
            </th>
            <th scope="col" {...roles.header}>
              <span class="hidden-text">{texts.revoke}</span>
            </th>
          </tr>
        </thead>
        <tbody {...roles.group}>
          {rows.map((row) => (
            <tr key={row.key} class={row.state === 'revoked' ? 'gone' : ''} {...roles.row}>
              <td {...roles.cell}>
                <span class="named">
                  <span class="face square-face">
                    <Icon name={row.icon} />
                  </span>
                  <span>
                    {row.name}
                    <span class="sub">{row.sub}</span>
                  </span>
                </span>
              </td>
              <td data-label={texts.program} {...roles.cell}>
                {row.program}
              </td>
              <td data-label={doors.columnLast} {...roles.cell}>
                {row.last}
              </td>
              <td {...roles.cell}>
                <StateTag state={row.state} last={row.last} />
                {row.remedy}
              </td>
              <td {...roles.cell}>{row.action}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Which program was last seen, and when. */
export const useSeen = () => {
  const texts = useTexts()
  const when = useWhen()
  return (ms: number | null, userAgent: string | null) => ({
    program: ms === null ? texts.never : (programOf(userAgent) ?? texts.doors.unknownProgram),
    last: ms === null ? '—' : when.moment(ms),
  })
}
