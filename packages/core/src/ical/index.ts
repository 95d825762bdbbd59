export { type DisarmOptions, disarmObject } from './disarm-object.ts'
export { indexObject } from './index-object.ts'
export { fromJcal } from './jcal/from-jcal.ts'
export { toJcal } from './jcal/to-jcal.ts'
export type { JcalComponent, JcalProperty, JcalRulePart, JcalValue } from './jcal/types.ts'
export { type ObjectSlice, objectSlice, plainBody, sliceOf } from './object-slice.ts'
export { createOccurrenceIndex, type OccurrenceIndex } from './occurrence-index.ts'
export { type Detail, details, isShown, type ProjectionOptions, projectObject } from './project-object.ts'
export type { OmittedParts, ShownTexts } from './projection/omit.ts'
export { type ExpandRuleOptions, expandRule } from './recurrence/expand-rule.ts'
export {
  type CompiledSeries,
  type CompileSeriesOptions,
  compileSeries,
  expandSeries,
  seriesBounds,
} from './recurrence/expand-series.ts'
export { factsToJson, seriesFromFacts } from './recurrence/facts.ts'
export { formatRule } from './recurrence/format-rule.ts'
export type {
  ExpandOptions,
  Expansion,
  RecurrenceDate,
  RecurrenceInstance,
  SeriesFacts,
  SeriesOverride,
} from './recurrence/model.ts'
export { parseRule } from './recurrence/parse-rule.ts'
export {
  type Frequency,
  frequencies,
  type RecurrenceRule,
  type Skip,
  type Weekday,
  type WeekdayNumber,
  weekdays,
} from './recurrence/rule.ts'
export type { SeriesBounds } from './recurrence/series-bounds.ts'
export { isUnsafeAddress } from './repair/addresses.ts'
export { needsRepair, type RepairOptions, repairObject } from './repair-object.ts'
export { masterComponent, overrideComponents, seriesFacts } from './series-facts.ts'
export { type SplitObject, splitCalendar } from './split.ts'
export { toUtf8, type Utf8Text } from './text/charset.ts'
export {
  type DraftParams,
  durationProperty,
  integerProperty,
  rawProperty,
  textListProperty,
  textProperty,
  timeProperty,
  timesProperty,
  uriProperty,
} from './text/drafts.ts'
export { type CalendarEditor, draftOf, editCalendar } from './text/edit.ts'
export { htmlToText, isFormatted, sanitizeHtml, textToHtml } from './text/html.ts'
export type {
  CalendarDocument,
  Component,
  ComponentDraft,
  Parameter,
  Property,
  PropertyDraft,
  TextWarning,
} from './text/model.ts'
export { importLimits, type ParseOptions, parseCalendar } from './text/parse.ts'
export {
  normalizeCalendar,
  serializeCalendar,
  serializeComponent,
  serializeProperty,
} from './text/serialize.ts'
export {
  type Geo,
  geoValue,
  parseBoolean,
  parseGeo,
  parseInteger,
  parseUtcOffset,
  readStructured,
  readUri,
  utcOffsetValue,
} from './text/values.ts'
export { type Duration, durationValue, parseDuration } from './text/values-duration.ts'
export { readText, readTextList, splitValue, textListValue, textValue, unescapeText } from './text/values-text.ts'
export {
  parsePeriod,
  parseTime,
  periodValue,
  readPeriods,
  readTime,
  readTimes,
  timeParams,
  timeValue,
} from './text/values-time.ts'
export { objectComponents, validateObject } from './validate-object.ts'
export type { LocalMs, TimeZone, ZoneResolver } from './zones/model.ts'
export { resolveKnownZone } from './zones/names.ts'
export { createZoneResolver, type ZoneResolverOptions } from './zones/resolver.ts'
export { tzdataVersion } from './zones/tzdata.ts'
export { parseVtimezone, zoneOfVtimezone } from './zones/vtimezone.ts'
export { type VtimezoneSpan, vtimezoneText } from './zones/vtimezone-text.ts'
export { windowsNameOf } from './zones/windows-names.ts'
