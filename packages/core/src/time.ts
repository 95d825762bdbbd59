/**
 * DATE and the three DATE-TIME forms of RFC 5545 §3.3.4–3.3.5. Text on purpose: no form invents an offset.
 * `local` and `instant` have whole seconds.
 */
export type CalendarTime =
  | { readonly kind: 'date'; readonly date: string } // 2026-03-29
  | { readonly kind: 'floating'; readonly local: string } // 2026-03-29T02:30:00
  | { readonly kind: 'utc'; readonly instant: string } // 2026-03-29T00:30:00Z
  | { readonly kind: 'zoned'; readonly local: string; readonly tzid: string }

/** Half-open span of instants in ms since the Unix epoch; `-Infinity` and `Infinity` leave an end open. */
export interface InstantRange {
  readonly startMs: number
  readonly endMs: number
}
