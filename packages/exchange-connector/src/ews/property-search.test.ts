import { RemoteError } from '@dayport/core'
import { describe, expect, it } from 'vitest'
import { createEwsClient } from './client.ts'
import { portalFields } from './properties.ts'
import { createPropertySearch } from './property-search.ts'

const types = 'http://schemas.microsoft.com/exchange/services/2006/types'
const messages = 'http://schemas.microsoft.com/exchange/services/2006/messages'

const itemText = (n: number): string =>
  `<t:CalendarItem><t:ItemId Id="i${n}" ChangeKey="k"/><t:ExtendedProperty><t:ExtendedFieldURI PropertySetId="${portalFields.group.set}" PropertyName="${portalFields.group.name}" PropertyType="String"/><t:Value>g</t:Value></t:ExtendedProperty><t:CalendarItemType>Single</t:CalendarItemType></t:CalendarItem>`

/** A search of a folder of that many items, of a server that gives each page as told. */
const searching = (answer: (offset: number) => string | null) => {
  const asked: string[] = []
  const client = createEwsClient({
    url: 'https://mail.example.com/EWS/Exchange.asmx',
    auth: { kind: 'connection' },
    newId: () => 'id',
    now: () => 0,
    fetch: async (_, init) => {
      const text = String(init?.body)
      asked.push(text.includes('Restriction') ? 'restricted' : 'all')
      const root = answer(Number(/Offset="(\d+)"/.exec(text)?.[1] ?? 0))
      return new Response(
        `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="${messages}" xmlns:t="${types}"><s:Body><m:FindItemResponse><m:ResponseMessages><m:FindItemResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>${root ?? ''}</m:FindItemResponseMessage></m:ResponseMessages></m:FindItemResponse></s:Body></s:Envelope>`,
      )
    },
  })
  return { search: createPropertySearch({ client, folder: { distinguished: 'calendar' } }), asked }
}

const rootOf = (from: number, to: number, facts = ''): string => {
  const items = Array.from({ length: Math.max(0, to - from) }, (_, i) => itemText(from + i))
  return `<m:RootFolder ${facts}><t:Items>${items.join('')}</t:Items></m:RootFolder>`
}

describe('a search by a property of ours', () => {
  it.each([
    ['a page at a time', (offset: number) => rootOf(offset, Math.min(450, offset + 200)), 450],
    ['a smaller page than was asked for', (offset: number) => rootOf(offset, Math.min(120, offset + 50)), 120],
    ['all of them with each page', () => rootOf(0, 450), 450],
  ])('finds all where a server does not say which page is the last, and tells %s', async (_, answer, count) => {
    const { search } = searching(answer)
    expect(await search('group', 'g', {})).toHaveLength(count)
  })

  it('takes an answer without a list for no answer, and not for an empty list', async () => {
    const { search } = searching(() => null)
    const error = await search('group', 'g', {}).catch((thrown: unknown) => thrown)
    expect(RemoteError.is(error, 'transient')).toBe(true)
  })

  it('finds nothing in an empty list', async () => {
    const { search, asked } = searching(() => rootOf(0, 0, 'IncludesLastItemInRange="true"'))
    expect(await search('group', 'g', {})).toEqual([])
    expect(asked).toEqual(['restricted'])
  })

  it('is checked by looking through the folder, which is no search', async () => {
    const { search, asked } = searching(() => rootOf(0, 3, 'IncludesLastItemInRange="true"'))
    await search.lookThrough('group', 'g', {})
    expect(asked).toEqual(['all'])
  })
})
