import type { ClarkName } from '@dayport/core/xml'
import type { ResourceKind } from '../resources.ts'
import * as access from './access.ts'
import * as calendar from './calendar.ts'
import * as file from './file.ts'
import * as principal from './principal.ts'
import { everywhere, type Property } from './property.ts'
import * as resource from './resource.ts'
import * as rscale from './rscale.ts'
import * as timezone from './timezone.ts'

/** Every live property. A new one is an export of its group's file and nothing else. */
const all: readonly Property[] = [resource, calendar, timezone, rscale, principal, access, file].flatMap((group) =>
  Object.values(group).filter(isProperty),
)

function isProperty(value: unknown): value is Property {
  return typeof value === 'object' && value !== null && 'on' in value && 'get' in value
}

const byKind: ReadonlyMap<ResourceKind, ReadonlyMap<ClarkName, Property>> = new Map(
  everywhere.map((kind) => [kind, new Map(all.filter(({ on }) => on.includes(kind)).map((live) => [live.name, live]))]),
)

/** The live properties of a kind of resource, by name. */
export const propertiesOf = (kind: ResourceKind): ReadonlyMap<ClarkName, Property> => byKind.get(kind) ?? new Map()

/** A live property of calendars; `undefined` for what is only kept. */
export const calendarProperty = (name: ClarkName): Property | undefined => propertiesOf('calendar').get(name)
