import type { Settings } from './accounts/settings.ts'

/** Ways out of the portal that an administrator may switch off for everybody. */
export const switchableDoors = ['outlook', 'feed', 'caldav'] as const
export type SwitchableDoor = (typeof switchableDoors)[number]

export type DoorSwitches = ReturnType<typeof createDoorSwitches>

/** The portal-wide switches. A door that is off answers as an address that is not there, and keeps what was made for it. */
export const createDoorSwitches = ({ settings }: { readonly settings: Settings }) => {
  const read = (): Readonly<Record<SwitchableDoor, boolean>> => {
    const off = new Set((settings.get('doors-off') ?? '').split(' '))
    return { outlook: !off.has('outlook'), feed: !off.has('feed'), caldav: !off.has('caldav') }
  }
  // Asked at every request of every door; this process is the only one that writes them.
  let now = read()
  return {
    all: () => now,
    isOn: (door: SwitchableDoor): boolean => now[door],
    set: async (changes: { readonly [D in SwitchableDoor]?: boolean | undefined }): Promise<void> => {
      const next = { ...now }
      for (const door of switchableDoors) next[door] = changes[door] ?? next[door]
      await settings.set('doors-off', switchableDoors.filter((door) => !next[door]).join(' '))
      now = next
    },
  }
}
