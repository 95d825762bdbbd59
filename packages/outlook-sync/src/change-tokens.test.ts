import { parseXml } from '@dayport/core/xml'
import { describe, expect, it } from 'vitest'
import { envelope, faultIn, find, findAll, openOutlook, single, sp } from './test-outlook.ts'

describe('change tokens', () => {
  const changes = (parameters: string) => envelope('GetListItemChangesSinceToken', parameters)

  it('are InvalidToken of another list or the future, without a token to go on with (MS-OUTSPS 3.2.6.2)', async () => {
    const { post, guid, put } = await openOutlook()
    await put('a.ics', ...single)
    const tokens = [
      ' 1;3;e074e60a-0126-4446-a751-a5be7a55ed81;633374187828130000;243',
      `1;3;${guid.toLowerCase()};633374187828130000;1`,
    ]
    for (const token of tokens) {
      const response = await post(changes(`<listName>${guid}</listName><changeToken>${token}</changeToken>`))
      const root = parseXml(await response.text())
      const sent = find(root, 'Changes')!
      expect([...sent.attributes]).toEqual([])
      expect(sent.elements.map((one) => [one.name, ...one.attributes])).toEqual([
        [sp('Id'), ['ChangeType', 'InvalidToken']],
      ])
      expect(find(root, 'data')!.attributes.get('ItemCount')).toBe('0')
      expect(find(root, 'listitems')!.attributes.get('EffectivePermMask')).toBe('FullMask')
    }
  })

  it('are a fault when they are none, and as absent when empty (MS-LISTSWS 3.1.4.22)', async () => {
    const { post, guid } = await openOutlook()
    for (const token of ['yesterday', '1;3;x;1;1', "1' OR 1=1 --", '1;3;;;']) {
      const body = changes(`<listName>${guid}</listName><changeToken>${token}</changeToken>`)
      expect((await faultIn(await post(body))).code, token).toBe('0x82000001')
    }
    const empty = await post(changes(`<listName>${guid}</listName><changeToken/>`))
    expect(find(parseXml(await empty.text()), 'List')).toBeDefined()
  })

  it('page by MoreChanges after a token, and by position without one, with the first page’s token on all', async () => {
    const { call, put } = await openOutlook()
    const tokenIn = (root: ReturnType<typeof parseXml>) => find(root, 'Changes')!.attributes.get('LastChangeToken')!
    const start = tokenIn(await call('GetListItemChangesSinceToken', ''))
    for (const name of ['a', 'b', 'c', 'd', 'e']) await put(`${name}.ics`, ...single)
    const ids: string[] = []
    let token = start
    let rounds = 0
    for (let more = true; more; rounds++) {
      const page = await call(
        'GetListItemChangesSinceToken',
        `<rowLimit>2</rowLimit><changeToken>${token}</changeToken>`,
      )
      ids.push(...findAll(page, 'row').map((row) => row.attributes.get('ows_ID')!))
      token = tokenIn(page)
      more = find(page, 'Changes')!.attributes.get('MoreChanges') === 'TRUE'
      expect(find(page, 'data')!.attributes.has('ListItemCollectionPositionNext')).toBe(false)
    }
    expect([ids, rounds]).toEqual([['1', '2', '3', '4', '5'], 3])

    const seen: string[] = []
    const tokens = new Set<string>()
    let position = ''
    do {
      const paging =
        position === ''
          ? ''
          : `<queryOptions><QueryOptions><Paging ListItemCollectionPositionNext="${position}"/></QueryOptions></queryOptions>`
      const page = await call('GetListItemChangesSinceToken', `<rowLimit>2</rowLimit>${paging}`)
      seen.push(...findAll(page, 'row').map((row) => row.attributes.get('ows_ID')!))
      tokens.add(tokenIn(page))
      position = find(page, 'data')!.attributes.get('ListItemCollectionPositionNext') ?? ''
    } while (position !== '')
    expect(seen).toEqual(ids)
    expect(tokens.size).toBe(1)
    const bad = '<queryOptions><QueryOptions><Paging ListItemCollectionPositionNext="x"/></QueryOptions></queryOptions>'
    expect(find(await call('GetListItemChangesSinceToken', `<rowLimit>2</rowLimit>${bad}`), 'errorcode')!.text).toBe(
      '0x82000001',
    )
  })
})
