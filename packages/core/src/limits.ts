/**
 * All bounds of core, in one place. What is refused over one of them is `limit-exceeded` (`too-large` for the bytes of an object
 * or a file), with `details.limit`, the name here, and `details.allowed`, its value. SECURITY.md lists them.
 */

/** Bounds on one calendar object; a host can set them. Over one of them is `limit-exceeded` or, for bytes, `too-large`. */
export interface ObjectLimits {
  /** Bytes of one object; RFC 4791 §5.2.5 max-resource-size. */
  readonly maxBytes: number
  /** Bytes of one unfolded content line. */
  readonly maxLineBytes: number
  /** Content lines. */
  readonly maxLines: number
  /** Components, VCALENDAR and alarms among them. */
  readonly maxComponents: number
  /** Nesting of components, VCALENDAR being 1. */
  readonly maxDepth: number
  readonly maxParametersPerLine: number
  /** UTF-16 code units of a UID: databases index it. */
  readonly maxUidLength: number
  /** Attendees of one component; RFC 4791 §5.2.9. */
  readonly maxAttendees: number
  /** RDATE and EXDATE values of one component. */
  readonly maxRecurrenceDates: number
  /** RRULEs, and EXRULEs, of one component; RFC 5545 §3.8.5.3 wants one. */
  readonly maxRules: number
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
  maxUidLength: 1_000,
  maxAttendees: 5_000,
  maxRecurrenceDates: 20_000,
  maxRules: 10,
  maxOverrides: 5_000,
}

/** Bounds for a stream of many objects, an import: each object in it still has to keep `defaultObjectLimits`. */
export const importLimits: ObjectLimits = {
  ...defaultObjectLimits,
  maxBytes: 256 * 1024 * 1024,
  maxLines: 10_000_000,
  maxComponents: 1_000_000,
}

/**
 * Bytes that the objects of one file may have together. Each repeats the file's own properties and the time zones that it names, so
 * that they have more than the file; without a bound, a file of 10 MB could become terabytes.
 */
export const maxSplitBytes = (fileBytes: number): number => 64 * 1024 * 1024 + 32 * fileBytes

/** Bounds on one value of type RECUR. A rule with every possible value in every list stays below them. */
export const ruleLimits = {
  /** UTF-16 code units. */
  maxRuleLength: 32_768,
  /** Parts, unknown ones among them. */
  maxRuleParts: 64,
  /** Values of one BY list. */
  maxRuleValues: 1_000,
  /** INTERVAL and COUNT above are read as this: it leads past the year 9999 anyway. Not refused. */
  maxInterval: 1e12,
} as const

/** Bounds on the work of expanding one series. Over one of them an answer is cut short and says so (`truncated`). */
export const expansionLimits = {
  /** Instances of one query, unless it says otherwise. */
  maxInstances: 10_000,
  /** Instances looked at, beyond four times the wanted ones: EXDATEs and EXRULEs can remove them for ever. */
  freeVisits: 25_000,
  /** Steps that a walk takes before its first instance, and for each one that it finds. A step is some 10 to 50 ns. */
  walkSteps: 2_000,
  walkStepsPerInstance: 40,
  /** Steps, and instances, that are counted one by one to find the end of a COUNT. */
  countSteps: 4_000,
} as const

/** Bounds on time zones that only their VTIMEZONE explains. What is over them is left out; nothing is refused. */
export const zoneLimits = {
  /** UTF-16 code units of a TZID that is looked up; a longer one is an unknown zone. */
  maxTzidLength: 255,
  /** STANDARD and DAYLIGHT of one VTIMEZONE. */
  maxObservances: 500,
  /** Onsets of one observance: two a year since 1601 are 1 056. */
  maxOnsets: 4_000,
  /** Onsets of one VTIMEZONE. */
  maxZoneOnsets: 8_000,
  /** VTIMEZONEs of one object that are worked out. */
  maxZones: 100,
} as const

/** Bounds on one XML document; over one of them is `limit-exceeded`. */
export interface XmlLimits {
  /** Bytes; UTF-16 code units for text that comes as a string. Tested before parsing. Default 10 MiB. */
  readonly maxBytes: number
  /** Nesting, the root being 1. Default 64. */
  readonly maxDepth: number
  /** Elements in the document. Default 200 000. */
  readonly maxElements: number
  /** Attributes of one element, namespace declarations among them. Default 256. */
  readonly maxAttributes: number
}

/** The documented defaults. */
export const defaultXmlLimits: XmlLimits = {
  maxBytes: 10 * 1024 * 1024,
  maxDepth: 64,
  maxElements: 200_000,
  maxAttributes: 256,
}
