import type { Principal, PrincipalId } from '@dayport/core'
import { z } from 'zod'
import type { Settings } from './accounts/settings.ts'

/** Ways out of the portal, and into it (`joined`: outside calendars), whose switch is kept here; Exchange's is a part of its own settings. */
export const switchableDoors = ['outlook', 'feed', 'caldav', 'joined'] as const
export type SwitchableDoor = (typeof switchableDoors)[number]

/** Ways out that may be for some people only. */
export const ruledDoors = [...switchableDoors, 'exchange'] as const
export type RuledDoor = (typeof ruledDoors)[number]

/** Whom a door is for: these people and groups; `null`: every employee, but nobody from outside; `all`: those too. */
export type DoorAudience = readonly PrincipalId[] | 'all' | null
type DoorPeople = Readonly<Record<RuledDoor, DoorAudience>>

const StoredPeople = z.partialRecord(z.enum(ruledDoors), z.union([z.array(z.string()), z.literal('all')]))

export type DoorSwitches = ReturnType<typeof createDoorSwitches>

/**
 * Which doors are on, and for whom. A door that is off answers as an address that is not there, and keeps what was made for it; so it
 * does for those whom it is not for.
 */
export const createDoorSwitches = ({ settings }: { readonly settings: Settings }) => {
  const readOn = (): Readonly<Record<SwitchableDoor, boolean>> => {
    const off = new Set((settings.get('doors-off') ?? '').split(' '))
    return {
      outlook: !off.has('outlook'),
      feed: !off.has('feed'),
      caldav: !off.has('caldav'),
      joined: !off.has('joined'),
    }
  }
  const readPeople = (): DoorPeople => {
    const stored = StoredPeople.parse(JSON.parse(settings.get('door-people') ?? '{}'))
    const of = (door: RuledDoor) => stored[door] ?? null
    return {
      outlook: of('outlook'),
      feed: of('feed'),
      caldav: of('caldav'),
      joined: of('joined'),
      exchange: of('exchange'),
    }
  }
  // Asked at every request of every door; this process is the only one that writes them.
  let on = readOn()
  let people = readPeople()

  const isFor = (door: RuledDoor, who: Principal): boolean => {
    const chosen = people[door]
    if (chosen === null || chosen === 'all') return chosen === 'all' || who.external !== true
    return chosen.includes(who.id) || who.groups.some((group) => chosen.includes(group))
  }
  /** The one question of every door: whether it is on and this person may use it. */
  const mayUse = (door: SwitchableDoor, who: Principal): boolean => on[door] && isFor(door, who)

  return {
    all: () => on,
    isOn: (door: SwitchableDoor): boolean => on[door],
    mayUse,
    /** Whether a door is for this person, on or off. */
    isFor,
    people: (): DoorPeople => people,

    /** What there is for a person. */
    of: (who: Principal): Readonly<Record<SwitchableDoor, boolean>> => ({
      outlook: mayUse('outlook', who),
      feed: mayUse('feed', who),
      caldav: mayUse('caldav', who),
      joined: mayUse('joined', who),
    }),

    set: async (changes: { readonly [D in SwitchableDoor]?: boolean | undefined }): Promise<void> => {
      const next = { ...on }
      for (const door of switchableDoors) next[door] = changes[door] ?? next[door]
      await settings.set('doors-off', switchableDoors.filter((door) => !next[door]).join(' '))
      on = next
    },

    setPeople: async (changes: { readonly [D in RuledDoor]?: DoorAudience | undefined }) => {
      const next = { ...people }
      for (const door of ruledDoors) {
        const chosen = changes[door]
        if (chosen !== undefined) next[door] = chosen
      }
      const stored = Object.fromEntries(Object.entries(next).filter(([, chosen]) => chosen !== null))
      await settings.set('door-people', JSON.stringify(stored))
      people = next
    },
  }
}
