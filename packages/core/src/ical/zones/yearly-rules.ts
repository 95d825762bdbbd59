import type { Transition } from './transitions.ts'

const dayMs = 86_400_000

/** Changes that one rule explains: the same month, weekday, wall-clock time and offsets in years on end. */
export interface YearlyRun {
  readonly transitions: readonly Transition[]
  /** `BYMONTH=3;BYDAY=-1SU`: what follows FREQ=YEARLY in the rule. */
  readonly parts: string
}

/** What is left when the runs are taken out. */
export interface YearlyRuns {
  readonly runs: readonly YearlyRun[]
  readonly single: readonly Transition[]
}

const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const
/** A rule for fewer years than these is no shorter than the dates. */
const leastYears = 3

/** Fields of the wall clock before the change, by which DTSTART and the rule are written. */
export function localFields(transition: Transition): Date {
  return new Date(transition.atMs + transition.before * 1000)
}

/**
 * Finds the runs among changes in ascending order. Rules are those that calendar programs read: the last or nth weekday, a fixed
 * day, and the first such weekday from a day on, which needs a list of days.
 */
export function findYearlyRuns(transitions: readonly Transition[]): YearlyRuns {
  const open = new Map<string, Run>()
  const closed: Run[] = []
  for (const transition of transitions) {
    const local = localFields(transition)
    const key = `${local.getUTCMonth()} ${local.getTime() % dayMs} ${transition.before} ${transition.offset}`
    const run = open.get(key)
    const longer = run === undefined ? null : extend(run, transition, local)
    if (run !== undefined && longer === null) closed.push(run)
    open.set(key, longer ?? begin(transition, local))
  }
  const all = [...closed, ...open.values()]
  const isRun = (run: Run) => run.transitions.length >= leastYears
  return {
    runs: all.filter(isRun).map((run) => ({ transitions: run.transitions, parts: partsOf(run) })),
    single: all.flatMap((run) => (isRun(run) ? [] : run.transitions)).sort((a, b) => a.atMs - b.atMs),
  }
}

/** The rules that still explain every member. */
interface Run {
  readonly transitions: Transition[]
  readonly month: number
  readonly year: number
  /** Every member falls on it; -1 when they differ. */
  readonly weekday: number
  /** Every member is the last such weekday of its month. */
  readonly last: boolean
  readonly leastDay: number
  readonly mostDay: number
}

function begin(transition: Transition, local: Date): Run {
  const day = local.getUTCDate()
  return {
    transitions: [transition],
    month: local.getUTCMonth(),
    year: local.getUTCFullYear(),
    weekday: local.getUTCDay(),
    last: isLast(local),
    leastDay: day,
    mostDay: day,
  }
}

/** `null` when no rule explains the run with this member. */
function extend(run: Run, transition: Transition, local: Date): Run | null {
  if (local.getUTCFullYear() !== run.year + 1) return null
  const day = local.getUTCDate()
  const longer: Run = {
    ...run,
    year: run.year + 1,
    weekday: run.weekday === local.getUTCDay() ? run.weekday : -1,
    last: run.last && isLast(local),
    leastDay: Math.min(run.leastDay, day),
    mostDay: Math.max(run.mostDay, day),
  }
  const fixedDay = longer.leastDay === longer.mostDay
  const sameWeekday = longer.weekday !== -1 && (longer.last || longer.mostDay - longer.leastDay < 7)
  if (!fixedDay && !sameWeekday) return null
  // Copying the list would make long runs quadratic; a run is only ever extended at its end.
  run.transitions.push(transition)
  return longer
}

function isLast(local: Date): boolean {
  return new Date(local.getTime() + 7 * dayMs).getUTCMonth() !== local.getUTCMonth()
}

function partsOf(run: Run): string {
  const month = `BYMONTH=${run.month + 1}`
  if (run.weekday === -1) return `${month};BYMONTHDAY=${run.leastDay}`
  const weekday = weekdays[run.weekday]!
  if (run.last) return `${month};BYDAY=-1${weekday}`
  const week = Math.ceil(run.leastDay / 7)
  if (week === Math.ceil(run.mostDay / 7) && week <= 4) return `${month};BYDAY=${week}${weekday}`
  // "Sunday on or after the 9th": the weekday among seven days. A long run has met all seven.
  const first = Math.max(1, run.mostDay - 6)
  const from = Math.min(first, run.leastDay)
  const days = Array.from({ length: 7 }, (_, i) => from + i)
  return `${month};BYDAY=${weekday};BYMONTHDAY=${days.filter((day) => day <= 31).join(',')}`
}
