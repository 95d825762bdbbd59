import type { parseXml } from '@dayport/core/xml'
import { describe, expect, it } from 'vitest'
import { find, findAll, openOutlook } from './test-outlook.ts'

describe('queries', () => {
  const titles = (root: ReturnType<typeof parseXml>) =>
    findAll(root, 'row').map((row) => row.attributes.get('ows_Title'))
  const query = (where: string, order = '') =>
    `<query><Query>${where === '' ? '' : `<Where>${where}</Where>`}${order}</Query></query>`
  const openList = async () => {
    const kit = await openOutlook()
    await kit.put('a.ics', 'DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z', 'SUMMARY:Beta', 'LOCATION:Room')
    await kit.put('b.ics', 'DTSTART:20260311T220000Z', 'DTEND:20260311T230000Z', 'SUMMARY:alpha')
    await kit.put('c.ics', 'DTSTART;VALUE=DATE:20260312', 'SUMMARY:Gamma')
    return kit
  }
  const field = (name: string, type: string, value: string) =>
    `<FieldRef Name="${name}"/><Value Type="${type}">${value}</Value>`

  it.each([
    ['Eq', field('Title', 'Text', 'ALPHA'), ['alpha']],
    ['Neq', field('ID', 'Counter', '1'), ['alpha', 'Gamma']],
    ['Gt', field('ID', 'Counter', '2'), ['Gamma']],
    ['Contains', field('Title', 'Text', 'am'), ['Gamma']],
    ['BeginsWith', field('Title', 'Text', 'b'), ['Beta']],
    ['IsNull', '<FieldRef Name="Location"/>', ['alpha', 'Gamma']],
    ['IsNotNull', '<FieldRef Name="Location"/>', ['Beta']],
    ['Eq', field('EventDate', 'DateTime', '2026-03-12'), ['alpha', 'Gamma']], // 22:00 UTC is the 12th in Moscow
    ['Eq', field('fAllDayEvent', 'AllDayEvent', '1'), ['Gamma']],
    [
      'In',
      '<FieldRef Name="ID"/><Values><Value Type="Counter">1</Value><Value Type="Counter">3</Value></Values>',
      ['Beta', 'Gamma'],
    ],
    ['Or', `<Eq>${field('ID', 'Counter', '1')}</Eq><Eq>${field('ID', 'Counter', '2')}</Eq>`, ['Beta', 'alpha']],
    [
      'DateRangesOverlap',
      '<FieldRef Name="EventDate"/><FieldRef Name="EndDate"/><FieldRef Name="RecurrenceID"/><Value Type="DateTime"><Month/></Value>',
      ['Beta', 'alpha', 'Gamma'],
    ],
  ])('filter by %s of %s in GetListItems (CAML)', async (kind, inside, expected) => {
    const { call } = await openList()
    const answer = await call('GetListItems', query(`<${kind}>${inside}</${kind}>`))
    expect(titles(answer)).toEqual(expected)
    expect(find(answer, 'data')!.attributes.get('ItemCount')).toBe(`${expected.length}`)
    expect(find(answer, 'listitems')!.elements.map(({ name }) => name)).toEqual([
      '{urn:schemas-microsoft-com:rowset}data',
    ])
  })

  it('sort, and page in the client’s order', async () => {
    const { call } = await openList()
    const order = '<OrderBy><FieldRef Name="Title" Ascending="FALSE"/></OrderBy>'
    expect(titles(await call('GetListItems', query('', order)))).toEqual(['Gamma', 'Beta', 'alpha'])
    const first = await call('GetListItems', `${query('', order)}<rowLimit>2</rowLimit>`)
    const next = find(first, 'data')!.attributes.get('ListItemCollectionPositionNext')
    const rest = await call(
      'GetListItems',
      `${query('', order)}<rowLimit>2</rowLimit><queryOptions><QueryOptions><Paging ListItemCollectionPositionNext="${next}"/></QueryOptions></queryOptions>`,
    )
    expect([titles(first), titles(rest)]).toEqual([['Gamma', 'Beta'], ['alpha']])
    expect(find(rest, 'data')!.attributes.has('ListItemCollectionPositionNext')).toBe(false)
  })

  it('are faults where a condition is not known: a filter is applied or refused, never forgotten', async () => {
    const { call, errors } = await openList()
    for (const where of [
      '<Membership Type="x"/>',
      '<Near><FieldRef Name="ID"/></Near>',
      '<Eq><Value Type="Text">x</Value></Eq>',
      '<toString><FieldRef Name="ID"/></toString>',
    ]) {
      expect(find(await call('GetListItems', query(where)), 'Fault'), where).toBeDefined()
    }
    expect(errors).toEqual([])
  })

  it('tell of what changed and left the filter as MoveAway (MS-LISTSWS 3.1.4.22)', async () => {
    const { call, put } = await openList()
    const contains = `<contains><Contains>${field('Title', 'Text', 'a')}</Contains></contains>`
    const first = await call('GetListItemChangesSinceToken', contains)
    expect(titles(first)).toHaveLength(3)
    const token = find(first, 'Changes')!.attributes.get('LastChangeToken')
    await put('a.ics', 'DTSTART:20260310T100000Z', 'DTEND:20260310T110000Z', 'SUMMARY:Other')
    await put('b.ics', 'DTSTART:20260311T220000Z', 'DTEND:20260311T230000Z', 'SUMMARY:Ada')
    const next = await call('GetListItemChangesSinceToken', `${contains}<changeToken>${token}</changeToken>`)
    expect(titles(next)).toEqual(['Ada'])
    expect(findAll(next, 'Id').map((id) => [id.attributes.get('ChangeType'), id.text])).toEqual([['MoveAway', '1']])
  })

  it('ask for few fields and get those, and what every row has', async () => {
    const { call } = await openList()
    const view =
      '<viewFields><ViewFields><FieldRef Name="Title"/><FieldRef Name="Nothing"/><FieldRef Name="toString"/></ViewFields></viewFields>'
    const [row] = findAll(await call('GetListItems', view), 'row')
    expect([...row!.attributes.keys()]).toEqual([
      ...[
        'ows_Title',
        'ows__ModerationStatus',
        'ows__Level',
        'ows_ID',
        'ows_owshiddenversion',
        'ows_UniqueId',
        'ows_FSObjType',
      ],
      ...['ows_Created', 'ows_Modified', 'ows_FileRef'],
    ])
  })

  it('of Outlook 2003 give what was modified since an instant (MS-LISTSWS 3.1.4.21)', async () => {
    const { call, put, advance } = await openList()
    await call('GetListItemChangesSinceToken', '')
    advance(60_000)
    await put('c.ics', 'DTSTART;VALUE=DATE:20260312', 'SUMMARY:Delta')
    const all = await call('GetListItemChanges', '')
    expect(find(all, 'listitems')!.attributes.get('TimeStamp')).toBe('2026-03-01T12:01:00Z')
    expect(titles(all)).toHaveLength(3)
    expect(titles(await call('GetListItemChanges', '<since>2026-03-01T12:00:30Z</since>'))).toEqual(['Delta'])
    expect(find(await call('GetListItemChanges', '<since>then</since>'), 'errorcode')!.text).toBe('0x82000001')
  })
})
