/** How this server differs from Exchange as it is documented; what was seen on another server is marked with it. */
export interface FakeEwsTraits {
  /** Accepts a change key that is no longer the item's, and overwrites (Gromox). */
  readonly ignoresChangeKeys: boolean
  /** Numbers the occurrences that are left, instead of all of the pattern (Gromox). */
  readonly renumbersOccurrences: boolean
  /** Shows the masters of series in a calendar view instead of their occurrences (Gromox). */
  readonly hidesOccurrences: boolean
  /** Tells midnight for the original start of an exception (Gromox). */
  readonly originalStartAtMidnight: boolean
  /** Lists an extended property twice (Gromox). */
  readonly duplicatesExtended: boolean
  /** Keeps a foreign UID in the global id and does not tell it (Gromox, for some items). */
  readonly hidesUid: boolean
  /** Begins anew for a sync state that it does not know, instead of refusing it (Gromox). */
  readonly restartsInvalidState: boolean
  /** Tells recurrence dates as date-times (Gromox). */
  readonly recurrenceDateTimes: boolean
  /** Wraps HTML bodies in a page of its own, as Exchange does. */
  readonly rewritesHtml: boolean
  /** Sends `text/xml` without a charset (Gromox). */
  readonly withoutCharset: boolean
  /** HTTP status of a Fault: 500 as SOAP 1.1 wants it, or 200 (Gromox). */
  readonly faultStatus: 200 | 500
  /** How long a new item is missing from lists and searches. */
  readonly listedAfterMs: number
  /** Names items without their change keys, and asks for none. */
  readonly withoutChangeKeys: boolean
  /** What becomes of the Restriction of a FindItem: another server knows fewer of them than Exchange (Gromox), or none. */
  readonly restrictions: 'heeded' | 'refused' | 'ignored' | 'breaks'
  /** Does not say whether a page of the feed is the last. */
  readonly hidesLastItem: boolean
  /** Answers IdOnly with ids alone, whatever else was named; AllProperties with everything. */
  readonly ignoresAdditional: boolean
  /** Time zones: as asked, not at all (Gromox ignored the names once), or as `MeetingTimeZone` alone (Exchange 2007). */
  readonly zones: 'told' | 'hidden' | 'meeting'
  /** Writes times of day without seconds. */
  readonly withoutSeconds: boolean
  /** Leaves out what the schema allows to be left out and has a default. */
  readonly leavesOutDefaults: boolean
  /** Tells the elements of an item backwards. */
  readonly reversesElements: boolean
  /** Keeps no properties that it does not know. */
  readonly dropsExtended: boolean
  /** The newest `RequestServerVersion` that it takes; `null`: any. */
  readonly newestVersion: string | null
  /** What may be asked for in SyncFolderItems beside ids: also our properties, only Exchange's own, or nothing. */
  readonly feed: 'properties' | 'fields' | 'ids'
  /** Refuses to tell the rights in a folder. */
  readonly refusesRights: boolean
  /** Breaks down over properties that have a number for a name. */
  readonly breaksOverNumbers: boolean
  /** Breaks down over calendar views. */
  readonly breaksOverViews: boolean
  /** States of the feed in words, and not in base64. */
  readonly wordyStates: boolean
  /** Answers a Fault for a whole GetItem, DeleteItem or UpdateItem of which one item is gone. */
  readonly faultsForGone: boolean
  /** Does only the first part of a request. */
  readonly oneAtATime: boolean
  /** Leaves out `ResponseClass`, and answers in SOAP 1.2. */
  readonly classless: boolean
  /** Operations that it does not have: a Fault, or an error page with 500. */
  readonly lacks: Readonly<Record<string, 'fault' | 'page'>>
}

export const documentedTraits: FakeEwsTraits = {
  ignoresChangeKeys: false,
  renumbersOccurrences: false,
  hidesOccurrences: false,
  originalStartAtMidnight: false,
  duplicatesExtended: false,
  hidesUid: false,
  restartsInvalidState: false,
  recurrenceDateTimes: false,
  rewritesHtml: true,
  withoutCharset: false,
  faultStatus: 500,
  listedAfterMs: 0,
  withoutChangeKeys: false,
  restrictions: 'heeded',
  hidesLastItem: false,
  ignoresAdditional: false,
  zones: 'told',
  withoutSeconds: false,
  leavesOutDefaults: false,
  reversesElements: false,
  dropsExtended: false,
  newestVersion: null,
  feed: 'properties',
  refusesRights: false,
  breaksOverNumbers: false,
  breaksOverViews: false,
  wordyStates: false,
  faultsForGone: false,
  oneAtATime: false,
  classless: false,
  lacks: {},
}

/** A server that does everything otherwise that was seen done otherwise; in the rest as it is documented, also in traits to come. */
export const oddTraits: FakeEwsTraits = {
  ...documentedTraits,
  ignoresChangeKeys: true,
  renumbersOccurrences: true,
  hidesOccurrences: true,
  originalStartAtMidnight: true,
  duplicatesExtended: true,
  hidesUid: true,
  restartsInvalidState: true,
  recurrenceDateTimes: true,
  withoutCharset: true,
  faultStatus: 200,
}

/** Servers that a connector may meet, by what is odd about them. */
export const ewsProfiles: Readonly<Record<string, Partial<FakeEwsTraits>>> = {
  'as it is documented': {},
  'with every quirk that was seen at Gromox': oddTraits,
  'of 2007, with zones as MeetingTimeZone': {
    zones: 'meeting',
    leavesOutDefaults: true,
    lacks: { ResolveNames: 'fault' },
  },
  'that tells no zones, and times without seconds': { zones: 'hidden', withoutSeconds: true },
  'that knows no restrictions': { restrictions: 'refused', withoutCharset: true },
  'that does not heed restrictions': { restrictions: 'ignored', hidesLastItem: true },
  'without change keys': { withoutChangeKeys: true, ignoresChangeKeys: true },
  'that does not heed what is asked for': { ignoresAdditional: true, reversesElements: true },
  'with error pages for what it does not have': {
    lacks: { ResolveNames: 'page', GetServerTimeZones: 'page' },
    faultStatus: 200,
  },
  'of 2010, which refuses newer versions': { newestVersion: 'Exchange2010_SP2', feed: 'fields' },
  'whose feed tells ids alone, with states that are no base64': { feed: 'ids', wordyStates: true },
  'that answers a Fault for all when one item is gone, and says no class of an answer': {
    faultsForGone: true,
    classless: true,
  },
  'that does one item a request, and breaks down over restrictions': { oneAtATime: true, restrictions: 'breaks' },
  'that breaks down over views and over numbered properties': {
    breaksOverViews: true,
    breaksOverNumbers: true,
    refusesRights: true,
  },
}
