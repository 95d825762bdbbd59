import type { CalendarTime } from '@dayport/core'
import { type MappingContext, UploadError } from '../item-mapping.ts'
import type { ItemUpload, ListItem } from '../list-item.ts'
import { utc, zoneNamed } from './instants.ts'
import type { OpenObject } from './open-object.ts'
import { fieldXml } from './recurrence-xml.ts'
import { sameRule, tzidOfRule, vtimezoneOfRule, zoneOfRule, zoneRuleOf } from './zone-rule.ts'

/** A zone that an upload asks for; `null` when it asks for none, or for the one that it was sent. */
export const uploadedZone = (
  object: OpenObject | null,
  shown: ListItem | null,
  upload: ItemUpload,
  atMs: number,
  context: MappingContext,
): { readonly tzid: string; readonly text?: string } | null => {
  const text = upload.fields.get('XMLTZone')
  if (text === undefined || text.trim() === '') return null
  const [root] = fieldXml('XMLTZone', text).elements
  const rule = root === undefined ? null : zoneRuleOf(root)
  if (rule === null) throw new UploadError('XMLTZone is no time zone rule')
  const [before] = shown?.timeZoneXml == null ? [] : fieldXml('XMLTZone', shown.timeZoneXml).elements
  const sent = before === undefined ? null : zoneRuleOf(before)
  if (sent !== null && sameRule(sent, rule)) return null
  const own = object?.facts.start?.kind === 'zoned' ? [object.facts.start.tzid] : []
  const tzid = tzidOfRule(rule, Math.max(atMs, context.nowMs), [...own, context.timeZone])
  return tzid === null ? vtimezoneOfRule(rule) : { tzid }
}

export const formOfZone = (tzid: string): CalendarTime =>
  tzid === 'UTC'
    ? { kind: 'utc', instant: '1970-01-01T00:00:00Z' }
    : { kind: 'zoned', local: '1970-01-01T00:00:00', tzid }

export const zoneOfForm = (
  object: OpenObject | null,
  form: CalendarTime,
  zone: { tzid: string; text?: string } | null,
  upload: ItemUpload,
) => {
  if (form.kind === 'date' || form.kind === 'utc') return utc
  if (form.kind === 'zoned') {
    const known = object?.zoneOf(form.tzid) ?? null
    if (known !== null) return known
    const [root] = zone?.text === undefined ? [] : fieldXml('XMLTZone', upload.fields.get('XMLTZone') ?? '').elements
    const rule = root === undefined ? null : zoneRuleOf(root)
    return rule === null ? zoneNamed(form.tzid) : zoneOfRule(rule, form.tzid)
  }
  return zoneNamed(object?.floatingZone ?? 'UTC')
}
