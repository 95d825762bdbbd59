/**
 * What the parts of a table are, said once more: a table whose rows stand as cards on a phone (`display: grid`) is no table any more for
 * some browsers, unless it says so. Spread onto the elements.
 */
export const roles = {
  table: { role: 'table' },
  group: { role: 'rowgroup' },
  row: { role: 'row' },
  header: { role: 'columnheader' },
  rowHeader: { role: 'rowheader' },
  cell: { role: 'cell' },
} as const
