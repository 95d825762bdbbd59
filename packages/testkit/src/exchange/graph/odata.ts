import type { FakeEvent } from './fake-event.ts'
import { GraphFault } from './graph-fault.ts'

/** Extended property ids in an `$expand=singleValueExtendedProperties($filter=id eq '…' or …)`, in lower case. */
export const expandedProperties = (expand: string | null): readonly string[] => {
  const inner = /singleValueExtendedProperties\(\$filter=([^)]*)\)/i.exec(expand ?? '')?.[1]
  if (inner === undefined) return []
  return [...inner.matchAll(/id eq '([^']*)'/gi)].map((match) => match[1]!.toLowerCase())
}

/** Whether `$expand` names a navigation property at its top level. */
export const expands = (expand: string | null, name: string): boolean =>
  new RegExp(`(?:^|[,)])\\s*${name}\\b`, 'i').test(expand ?? '')

const byProperty =
  /^singleValueExtendedProperties\/any\(ep:\s*ep\/id eq '([^']*)' and ep\/value (eq|ne) (?:'((?:[^']|'')*)'|null)\)$/i
const byModified = /^lastModifiedDateTime ge (\d{4}-\d{2}-\d{2}T[\d:.]+Z)$/i

/** The two filters that are used on events; another one is a fault, so that a misspelt one does not go unnoticed. */
export const eventFilter = (filter: string | null): ((event: FakeEvent) => boolean) => {
  if (filter === null) return () => true
  const property = byProperty.exec(filter)
  if (property !== null) {
    const [, id, operator, value] = property
    const wanted = value?.replaceAll("''", "'")
    return (event) => {
      const found = event.properties.get(id!.toLowerCase())
      return operator === 'ne' ? found !== undefined : found !== undefined && found.value === wanted
    }
  }
  const modified = byModified.exec(filter)
  if (modified !== null) return (event) => event.modifiedMs >= Date.parse(modified[1]!)
  throw new GraphFault(400, 'ErrorInvalidUrlQueryFilter', 'The query filter contains one or more invalid nodes.')
}

/** Only the members that `$select` names, and those that always come. */
export const selected = (json: Record<string, unknown>, select: string | null): Record<string, unknown> => {
  if (select === null) return json
  const names = new Set(select.split(',').map((name) => name.trim().toLowerCase()))
  return Object.fromEntries(
    Object.entries(json).filter(
      ([name]) =>
        name.startsWith('@') ||
        name === 'id' ||
        name === 'singleValueExtendedProperties' ||
        name === 'exceptionOccurrences' ||
        names.has(name.toLowerCase()),
    ),
  )
}
