import type { Calendar, CalendarDraft, CalendarId, CalendarPatch } from './calendar.ts'

/** A calendar as stores keep it: the sync token is made of its id and revision when it is shown. */
export type CalendarState = Omit<Calendar, 'syncToken'>

/** Component kinds of a calendar whose maker named none. RFC 4791 §5.2.3: then the server's own set. */
export const defaultComponents: readonly string[] = ['VEVENT', 'VTODO', 'VJOURNAL']

/** A draft with every default of {@link CalendarDraft} filled in, at revision 0. For authors of stores. */
export const calendarFromDraft = (draft: CalendarDraft, id: CalendarId, nowMs: number): CalendarState => ({
  id,
  owner: draft.owner,
  name: draft.name,
  displayName: draft.displayName ?? draft.name,
  description: draft.description ?? '',
  color: draft.color ?? null,
  order: draft.order ?? 0,
  components: [...(draft.components ?? defaultComponents)],
  timezone: draft.timezone ?? null,
  exportAllowed: draft.exportAllowed ?? false,
  readOnly: draft.readOnly ?? false,
  access: (draft.access ?? []).map((grant) => ({ ...grant })),
  deadProperties: { ...draft.deadProperties },
  revision: 0,
  modifiedMs: nowMs,
  createdMs: nowMs,
  bytes: 0,
})

/** The calendar after a patch, by the rules of {@link CalendarPatch}. For authors of stores. */
export const patchCalendar = (state: CalendarState, patch: CalendarPatch, nowMs: number): CalendarState => ({
  ...state,
  name: patch.name ?? state.name,
  displayName: patch.displayName ?? state.displayName,
  description: patch.description ?? state.description,
  color: patch.color === undefined ? state.color : patch.color,
  order: patch.order ?? state.order,
  timezone: patch.timezone === undefined ? state.timezone : patch.timezone,
  exportAllowed: patch.exportAllowed ?? state.exportAllowed,
  access: patch.access?.map((grant) => ({ ...grant })) ?? state.access,
  deadProperties: mergeDead(state.deadProperties, patch.deadProperties ?? {}),
  modifiedMs: nowMs,
})

// Through a Map and fromEntries, because names come from outside: `__proto__` stays a name.
const mergeDead = (
  kept: Readonly<Record<string, string>>,
  patch: Readonly<Record<string, string | null>>,
): Readonly<Record<string, string>> => {
  const merged = new Map(Object.entries(kept))
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name)
    else merged.set(name, value)
  }
  return Object.fromEntries(merged)
}

/** Display order: `order`, then display name, then id. */
export const compareCalendars = (a: Calendar, b: Calendar): number =>
  a.order - b.order || compareText(a.displayName, b.displayName) || compareText(a.id, b.id)

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
