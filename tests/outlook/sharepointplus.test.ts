import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveWorld } from './serve.ts'

/** What is used of the package, which has no types. */
interface Row {
  getAttribute(name: string): string | null
}
interface Done {
  readonly passed: readonly Readonly<Record<string, string>>[]
  readonly failed: readonly unknown[]
}
interface ListApi {
  info(): Promise<readonly Readonly<Record<string, string>>[] & { readonly _List: Readonly<Record<string, string>> }>
  add(items: Readonly<Record<string, string>>): Promise<Done>
  get(options: Readonly<Record<string, unknown>>): Promise<readonly Row[]>
  update(item: Readonly<Record<string, unknown>>, options?: Readonly<Record<string, string>>): Promise<Done>
  remove(item: Readonly<Record<string, unknown>>): Promise<Done>
  addAttachment(file: Readonly<Record<string, unknown>>): Promise<string>
  getAttachment(id: number): Promise<readonly string[]>
}
interface Sharepoint {
  list(id: string, url: string): ListApi
  lists(options: { readonly url: string }): Promise<readonly Readonly<Record<string, string>>[]>
  module_sprequest: unknown
}
interface Ask {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

const load = createRequire(import.meta.url)
const within = (from: NodeJS.Require, name: string): NodeJS.Require => createRequire(from.resolve(name))

/** The package's entry for import does not load, and the parser that it asks for is not among its dependencies: it gets its answers parsed. */
const openSharepoint = (): Sharepoint => {
  const inside = within(within(within(load, 'sharepointplus/dist/index.js'), 'sp-request'), 'node-sp-auth')
  const { DOMParser } = inside('@xmldom/xmldom') as {
    DOMParser: new () => { parseFromString(text: string, type: string): unknown }
  }
  const entry = load('sharepointplus/dist/index.js') as { default?: () => Sharepoint } & (() => Sharepoint)
  const sharepoint = (entry.default ?? entry)()
  sharepoint.module_sprequest = async (url: string, { method, headers, body }: Ask) => {
    const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) })
    const text = await response.text()
    return {
      statusCode: response.status,
      statusMessage: response.statusText,
      headers: {},
      body: text.startsWith('<?xml') ? new DOMParser().parseFromString(text, 'text/xml') : text,
    }
  }
  return sharepoint
}

describe('sharepointplus, a client of others, against the list', () => {
  let served: Awaited<ReturnType<typeof serveWorld>>
  let sharepoint: Sharepoint
  /** Named anew for each call, as the package wants it. */
  const list = (): ListApi => sharepoint.list(served.world.listGuid, served.url)
  beforeAll(async () => {
    served = await serveWorld()
    sharepoint = openSharepoint()
  })
  afterAll(() => served.close())
  const titles = async (where: string): Promise<(string | null)[]> =>
    (await list().get({ fields: 'ID,Title', where })).map((row) => row.getAttribute('Title'))

  it('reads the fields and the settings of the list', async () => {
    const info = await list().info()
    expect(info._List).toMatchObject({ Title: 'Work', ServerTemplate: '106', EnableAttachments: 'True' })
    expect(info.map(({ StaticName }) => StaticName)).toEqual(
      expect.arrayContaining(['Title', 'EventDate', 'RecurrenceData', 'XMLTZone']),
    )
    expect((await sharepoint.lists({ url: served.url })).map(({ Name }) => Name)).toEqual(['Work'])
  })

  it('adds, finds, changes and removes items, with dates in the time of the site', async () => {
    const added = await list().add({
      Title: 'Lunch & more',
      EventDate: '2026-03-02 11:00:00',
      EndDate: '2026-03-02 12:00:00',
      Location: 'Room <5>',
    })
    expect(added).toMatchObject({ passed: [{ Title: 'Lunch & more' }], failed: [] })
    const [row] = await list().get({ fields: 'ID,Title,Location,EventDate', where: 'Title = "Lunch & more"' })
    expect(row?.getAttribute('Location')).toBe('Room <5>')
    expect(row?.getAttribute('EventDate')).toBe('2026-03-02 11:00:00')
    const id = row?.getAttribute('ID')
    expect((await list().update({ ID: id, Title: 'Supper' })).failed).toEqual([])
    expect((await list().update({ Location: 'Kitchen' }, { where: 'Title = "Supper"' })).failed).toEqual([])
    expect(await titles('Location = "Kitchen"')).toEqual(['Supper'])
    expect((await list().remove({ ID: id })).failed).toEqual([])
    expect(await titles('Title = "Supper"')).toEqual([])
  })

  it('is told of what cannot be stored, item by item', async () => {
    const { passed, failed } = await list().add({ Title: 'Never', EventDate: 'yesterday' })
    expect([passed.length, failed.length]).toEqual([0, 1])
  })

  it('asks for the events of a month, page by page or at once', async () => {
    for (const day of ['03', '04', '05']) {
      await list().add({
        Title: `Day ${day}`,
        EventDate: `2026-03-${day} 11:00:00`,
        EndDate: `2026-03-${day} 12:00:00`,
      })
    }
    const month = await list().get({
      fields: 'Title,EventDate,fRecurrence',
      calendar: true,
      calendarOptions: { referenceDate: new Date(Date.UTC(2026, 2, 2)), range: 'Month' },
    })
    expect(month.map((row) => row.getAttribute('Title')).sort()).toEqual(['Day 03', 'Day 04', 'Day 05'])
    expect(await list().get({ fields: 'ID,Title', rowlimit: 1, paging: true })).toHaveLength(3)
  })

  it('adds an attachment and finds it again', async () => {
    const [row] = await list().get({ fields: 'ID', where: 'Title = "Day 03"' })
    const id = Number(row?.getAttribute('ID'))
    await list().addAttachment({ ID: id, filename: 'a b.txt', attachment: new TextEncoder().encode('hello').buffer })
    const [url] = await list().getAttachment(id)
    expect(url).toBe(`${served.url}/Lists/Calendar/Attachments/${id}/a%20b.txt`)
    expect(await (await fetch(url!, { headers: { translate: 'f' } })).text()).toBe('hello')
    expect(served.world.errors).toEqual([])
  })
})
