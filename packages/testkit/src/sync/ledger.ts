import { expandSeries, parseCalendar, seriesFacts } from '@dayport/core/ical'

/** The two calendars of a simulation. */
export type SimulatedSide = 'portal' | 'remote'

/** What a person entered somewhere: it must be found again somewhere, unless they, or somebody who saw it, replaced it. */
interface Entered {
  readonly value: string
  replaced: boolean
}

/** What people did to the events that one of them once made, copies included. */
interface Doings {
  copies: number
  /** The last edit on each side, by the number of the act. */
  readonly edited: Record<SimulatedSide, number>
  /** Deletions on each side that nothing has taken back. */
  readonly deleted: Record<SimulatedSide, number>
}

const otherSide = { portal: 'remote', remote: 'portal' } as const

/** What people did on both sides of a simulation, and what they may therefore expect to find. */
export interface Ledger {
  /** Edits so far. */
  readonly edits: () => number
  /** A new value, noted as entered. */
  enter(): string
  /** The value that was entered last is in an event that is new. */
  place(): void
  /** Values that one side shows and then does not, by a person's own hand or by what nobody can help. */
  replace(before: Uint8Array, after: Uint8Array | null): void
  /** Entered values that are in none of these any more are lost, and not by the engine. */
  forgetAllBut(texts: readonly string[]): void
  edit(side: SimulatedSide, data: Uint8Array): void
  /** A person made another event of this one. */
  copy(data: Uint8Array): void
  /** A person deleted the event; `alone` unless the side has another one of its origin. */
  delete(side: SimulatedSide, data: Uint8Array, alone: boolean): void
  /** A person took the deletion back, or what had been deleted came back before anybody had heard of it. */
  undelete(origin: string): void
  /** The engine cannot know whether that side's event was edited. */
  doubt(side: SimulatedSide, origin: string): void
  /** Both sides have said all that they had to say. */
  agree(): void
  /** Whether an edit of that side may be unknown to the other one. */
  isUnsettled(side: SimulatedSide, origin: string): boolean
  /** What is wrong with the events that are there, sync-engine.md §5.1, §5.4 and §5.5. */
  check(events: Readonly<Record<SimulatedSide, readonly Uint8Array[]>>, history: readonly Uint8Array[]): string[]
}

/** The text of an object, unfolded. */
export const textOf = (data: Uint8Array): string => new TextDecoder().decode(data).replace(/\r\n[ \t]/g, '')

/** Who made the event, and of which one it is a copy: never edited, and carried by both sides. */
export const originsIn = (data: Uint8Array): readonly string[] => [
  ...new Set([...textOf(data).matchAll(/mailto:(v\d+x)@origin/g)].map(([, origin]) => origin ?? '')),
]

export const createLedger = (): Ledger => {
  const entered: Entered[] = []
  /** Entered last, and not yet put anywhere. */
  let unplaced: Entered | null = null
  const doings = new Map<string, Doings>()
  let edits = 0
  let acts = 0
  let agreed = 0

  const of = (origin: string): Doings => {
    const known = doings.get(origin) ?? {
      copies: 0,
      edited: { portal: 0, remote: 0 },
      deleted: { portal: 0, remote: 0 },
    }
    doings.set(origin, known)
    return known
  }
  const undelete = (origin: string): void => {
    of(origin).deleted.portal = 0
    of(origin).deleted.remote = 0
  }
  const touch = (side: SimulatedSide, origin: string): void => {
    of(origin).edited[side] = acts
    undelete(origin)
  }
  const isUnsettled = (side: SimulatedSide, origin: string): boolean => of(origin).edited[side] > agreed

  return {
    edits: () => edits,
    enter: () => {
      edits += 1
      const value = `v${entered.length + 1}x`
      unplaced = { value, replaced: false }
      entered.push(unplaced)
      return value
    },
    place: () => {
      unplaced = null
    },
    replace: (before, after) => {
      const [old, next] = [textOf(before), after === null ? '' : textOf(after)]
      for (const one of entered) if (old.includes(one.value) && !next.includes(one.value)) one.replaced = true
      // What the last edit was to enter and could not: a single event has no exception.
      if (unplaced !== null && !next.includes(unplaced.value) && !old.includes(unplaced.value)) unplaced.replaced = true
      unplaced = null
    },
    forgetAllBut: (texts) => {
      const all = texts.join('\n')
      for (const one of entered) if (!all.includes(one.value)) one.replaced = true
    },
    edit: (side, data) => {
      edits += 1
      acts += 1
      for (const origin of originsIn(data)) touch(side, origin)
    },
    doubt: (side, origin) => {
      acts += 1
      touch(side, origin)
    },
    copy: (data) => {
      for (const origin of originsIn(data)) of(origin).copies += 1
    },
    delete: (side, data, alone) => {
      edits += 1
      for (const origin of originsIn(data)) {
        // Edits beat deletions; what is left of several is one of them.
        if (alone && !isUnsettled(otherSide[side], origin)) of(origin).deleted[side] += 1
      }
    },
    undelete,
    agree: () => {
      agreed = acts
    },
    isUnsettled,
    check: (events, history) => {
      const wrong: string[] = []
      for (const side of ['portal', 'remote'] as const) {
        const counts = new Map<string, number>()
        for (const data of events[side]) {
          for (const origin of originsIn(data)) counts.set(origin, (counts.get(origin) ?? 0) + 1)
        }
        for (const [origin, count] of counts) {
          const { copies, deleted } = of(origin)
          if (count > 1 + copies) wrong.push(`duplicates: ${count} events of ${origin} in the ${side}`)
          else if (count > 1 + copies - Math.max(deleted.portal, deleted.remote)) {
            wrong.push(`resurrection: ${origin} in the ${side}`)
          }
        }
      }
      const everywhere = [...events.portal, ...events.remote, ...history].map(textOf).join('\n')
      for (const { value, replaced } of entered) {
        if (!replaced && !everywhere.includes(value)) wrong.push(`loss: ${value}`)
      }
      return wrong
    },
  }
}

/** When an event happens in the months around the simulation, start and end of each occurrence, ms since the Unix epoch. */
export const instantsOf = (data: Uint8Array): readonly (readonly [number, number])[] =>
  expandSeries(seriesFacts(parseCalendar(data)), {
    range: { startMs: Date.UTC(2025, 11, 1), endMs: Date.UTC(2027, 0, 1) },
  }).instances.map(({ startMs, endMs }) => [startMs, endMs] as const)
