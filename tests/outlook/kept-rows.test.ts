import { parseXml, type XmlElement } from '@dayport/core/xml'
import { afterEach, describe, expect, it } from 'vitest'
import { objectOf } from './list-kit.ts'
import { ann, type Ground, openGround, openWorld } from './world.ts'

const outlookFields =
  'ID ReplicationID Attachments owshiddenversion Created Modified vti_versionhistory ContentTypeId EventType Title HeaderInfo FooterInfo ' +
  'UID Description Location EventDate EndDate fAllDayEvent Duration XMLTZone RecurrenceData RecurrenceID fRecurrence FollowUp Priority ' +
  'IntendedBusyStatus BusyStatus Categories Editor TimeZone MetaInfo PermMask'
const options =
  '<RecurrenceOrderBy>TRUE</RecurrenceOrderBy><RecurrencePatternXMLVersion>v3</RecurrencePatternXMLVersion>' +
  '<DateInUtc>TRUE</DateInUtc><IncludeAttachmentUrls>TRUE</IncludeAttachmentUrls>' +
  '<IncludeAttachmentVersion>TRUE</IncludeAttachmentVersion><ExpandUserField>TRUE</ExpandUserField>'

let ground: Ground
afterEach(() => ground.close())

const rowsIn = (root: XmlElement): XmlElement[] =>
  root.elements.flatMap((child) => (child.name.endsWith('}row') ? [child] : rowsIn(child)))

const valuesOf = (row: XmlElement): Record<string, string> =>
  Object.fromEntries([...row.attributes].map(([name, value]) => [name, value]))

/** A calendar with every kind of item, and what Outlook and others are told of it. */
const openMixed = async (kind: 'memory' | 'sqlite', many: number) => {
  ground = openGround(kind)
  const world = await openWorld(ground)
  const base = await world.connect('PC')
  const ask = async (fields: string, token = ''): Promise<XmlElement> => {
    const names = fields.split(' ').map((name) => `<FieldRef Name="${name}"/>`)
    const body =
      '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><GetListItemChangesSinceToken' +
      ` xmlns="http://schemas.microsoft.com/sharepoint/soap/"><listName>${world.listGuid}</listName><viewFields>` +
      `<ViewFields Properties="TRUE">${names.join('')}</ViewFields></viewFields>` +
      `<queryOptions><QueryOptions>${options}</QueryOptions></queryOptions>` +
      `${token === '' ? '' : `<changeToken>${token}</changeToken>`}</GetListItemChangesSinceToken></Body></Envelope>`
    const response = await world.outlook(
      new Request(`${base}/_vti_bin/lists.asmx`, { method: 'POST', headers: { 'content-type': 'text/xml' }, body }),
    )
    return parseXml(await response.text())
  }
  const put = (name: string, ...lines: string[]) =>
    world.service.putObject(ann, { calendar: world.calendar, name }, objectOf(name, lines))
  await put('one.ics', 'DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z', 'SUMMARY:A & "B" <c>', 'LOCATION:Ж\\, 3')
  await put('day.ics', 'DTSTART;VALUE=DATE:20260311', 'SUMMARY:Day', 'CATEGORIES:Red,Blue', 'PRIORITY:1')
  const rule = ['DTSTART:20260302T090000Z', 'DTEND:20260302T100000Z', 'RRULE:FREQ=WEEKLY', 'SUMMARY:Week']
  const override = [
    ...['END:VEVENT', 'BEGIN:VEVENT', 'UID:week.ics', 'DTSTAMP:20260101T000000Z', 'RECURRENCE-ID:20260316T090000Z'],
    ...['DTSTART:20260316T120000Z', 'DTEND:20260316T130000Z', 'SUMMARY:Later'],
  ]
  await put('week.ics', ...rule, 'EXDATE:20260309T090000Z', ...override)
  await put(
    'file.ics',
    ...rule.slice(0, 2),
    'SUMMARY:File',
    'ATTACH;ENCODING=BASE64;VALUE=BINARY;FILENAME=a b.txt:aGk=',
  )
  const hourly = ['DTSTART:20260302T090000Z', 'DTEND:20260302T091500Z', 'RRULE:FREQ=HOURLY;COUNT=150']
  await put('many.ics', ...hourly, `DESCRIPTION:${'x'.repeat(2_000)}`) // too much to be kept
  await world.service.transaction(async (tx) => {
    for (let i = 0; i < many; i++) {
      const data = objectOf(`n${i}`, ['DTSTART:20260310T100000Z', `SUMMARY:${i}`])
      await world.service.putObject(ann, { calendar: world.calendar, name: `n${i}.ics` }, data, { tx })
    }
  })
  return { world, ask }
}

describe.each(['memory', 'sqlite'] as const)('rows as they are kept, over %s', (kind) => {
  // One more field, and they are written one by one.
  it.each([0, 1_100])('say the same as rows that are written, beside %i plain events', async (many) => {
    const { world, ask } = await openMixed(kind, many)
    for (const rights of ['all', 'no-write'] as const) {
      world.allow(rights)
      const kept = rowsIn(await ask(outlookFields)).map(valuesOf)
      const written = rowsIn(await ask(`${outlookFields} ItemChildCount`)).map((row) => {
        const { ows_ItemChildCount: _, ...values } = valuesOf(row)
        return values
      })
      expect(kept.length).toBe(many + 3 + 3 + 150)
      expect(kept).toEqual(written)
      expect(kept.filter(({ ows_Attachments }) => ows_Attachments !== '0').map((row) => row.ows_Title)).toEqual([
        'File',
      ])
      const series = kept.filter(({ ows_fRecurrence }) => ows_fRecurrence === '1')
      expect(series.map(({ ows_EventType }) => ows_EventType)).toEqual(['1', '3', '4'])
    }
    expect(world.errors).toEqual([])
  })
})
