/** Bounds on one calendar object. Over one of them is `limit-exceeded` or, for bytes, `too-large`. */
export interface ObjectLimits {
  /** Bytes of one object; RFC 4791 §5.2.5 max-resource-size. */
  readonly maxBytes: number
  /** Bytes of one unfolded content line. */
  readonly maxLineBytes: number
  readonly maxLines: number
  readonly maxComponents: number
  readonly maxDepth: number
  readonly maxParametersPerLine: number
  /** RFC 4791 §5.2.9. */
  readonly maxAttendees: number
  /** RDATE and EXDATE values of one component. */
  readonly maxRecurrenceDates: number
  readonly maxOverrides: number
}

/** The documented defaults. A whole .ics import is bounded by the same numbers for each object in it. */
export const defaultObjectLimits: ObjectLimits = {
  maxBytes: 10 * 1024 * 1024,
  maxLineBytes: 8 * 1024 * 1024,
  maxLines: 200_000,
  maxComponents: 10_000,
  maxDepth: 8,
  maxParametersPerLine: 256,
  maxAttendees: 5_000,
  maxRecurrenceDates: 20_000,
  maxOverrides: 5_000,
}
