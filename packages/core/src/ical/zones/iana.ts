import type { TimeZone } from './model.ts'
import { createOffsetProbe } from './offset-probe.ts'
import { createFixedZone, createTableZone } from './table-zone.ts'
import { createTransitionTable, type Transition } from './transitions.ts'

/** A zone of the runtime's zone database, which can also list its changes. */
export interface IanaZone extends TimeZone {
  /** Changes of the offset in `fromMs <= atMs < toMs`, ascending, from 1800 to 2128. */
  transitions(fromMs: number, toMs: number): readonly Transition[]
}

/** Zones by canonical name: as many as the runtime knows, so the map needs no bound. */
const zones = new Map<string, IanaZone>()

/** The zone of that canonical name. Its table is made piece by piece as instants are asked for. */
export function ianaZone(canonical: string): IanaZone {
  let zone = zones.get(canonical)
  if (zone === undefined) {
    zone = makeZone(canonical)
    zones.set(canonical, zone)
  }
  return zone
}

function makeZone(id: string): IanaZone {
  if (id === 'UTC' || id.startsWith('Etc/')) {
    return { ...createFixedZone(id, createOffsetProbe(id)(0)), transitions: () => [] }
  }
  const table = createTransitionTable(createOffsetProbe(id))
  return { ...createTableZone(id, table.offsetAt), transitions: table.between }
}
