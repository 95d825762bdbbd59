import type { ComponentChildren } from 'preact'
import { roles } from '../ui/table-roles.ts'

/** Rows of the administration; on a phone each is a card whose cells name their column. */
export const AdminTable = ({
  labelledBy,
  columns,
  buttons,
  rows,
}: {
  readonly labelledBy: string
  readonly columns: readonly string[]
  /** What the buttons at the end of each row do; said and not shown. */
  readonly buttons?: string
  readonly rows: readonly { readonly key: string; readonly cells: readonly ComponentChildren[] }[]
}) => (
  <div class="table-card">
    <table class="table" aria-labelledby={labelledBy} {...roles.table}>
      <thead {...roles.group}>
        <tr {...roles.row}>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
          {buttons !== undefined && (
            <th scope="col" {...roles.header}>
              <span class="hidden-text">{buttons}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody {...roles.group}>
        {rows.map(({ key, cells }) => (
          <tr key={key} {...roles.row}>
            {cells.map((cell, index) => (
              <td key={columns[index] ?? 'buttons'} data-label={columns[index]} {...roles.cell}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)
