import { createOutlookModel, type OutlookModelOptions } from '@dayport/testkit'
import { afterAll, describe, expect, it } from 'vitest'
import { bytesOf, objectText } from './generate.ts'
import { ann, openGround, openWorld } from './world.ts'

const march = { startMs: Date.UTC(2026, 2, 1), endMs: Date.UTC(2026, 3, 1) }
const lunch = { Title: 'Lunch', EventDate: '2026-03-02T11:00:00Z', EndDate: '2026-03-02T12:00:00Z' }

describe('the model of Outlook against the list', () => {
  const ground = openGround('memory')
  afterAll(() => ground.close())

  const open = async (options: Partial<OutlookModelOptions> = {}) => {
    const world = await openWorld(ground)
    const asked: string[] = []
    const put = (name: string, ...lines: string[]) =>
      world.service.putObject(
        ann,
        { calendar: world.calendar, name },
        bytesOf(
          objectText(['DTSTART;TZID=Europe/Berlin:20260302T090000', 'DURATION:PT1H', ...lines]).replace(
            'UID:u1',
            `UID:${name}`,
          ),
        ),
      )
    const connect = async (number: number) =>
      createOutlookModel({
        fetch: async (request) => {
          const body = await request.clone().text()
          const token = /<changeToken>/.test(body) ? ' with token' : ''
          asked.push(`${/<Body><(\w+)/.exec(body)?.[1]}${token}`)
          return world.outlook(request)
        },
        baseUrl: await world.connect('PC'),
        listGuid: world.listGuid,
        newGuid: () => world.newId().toUpperCase(),
        editor: `${number}`.repeat(32),
        onConflict: () => 'keep-theirs',
        uploadsFirst: () => true,
        sendsAll: () => true,
        ...options,
      })
    const [mine, theirs] = [await connect(1), await connect(2)]
    const titles = (model: typeof mine): string[] => model.shown(march).occurrences.map(({ title }) => title)
    return { world, asked, put, mine, theirs, titles }
  }

  it('connects as Outlook does: the list, all without a token, and at once again with it (section 3)', async () => {
    const { asked, mine, put, titles } = await open()
    await put('a', 'SUMMARY:A')
    await mine.sync()
    expect(asked).toEqual(['GetList', 'GetListItemChangesSinceToken', 'GetListItemChangesSinceToken with token'])
    expect([titles(mine), mine.faults]).toEqual([['A'], []])
  })

  it('knows its own upload by the version when it comes down again (section 3)', async () => {
    const { mine, theirs, titles } = await open()
    await mine.sync()
    mine.create(lunch)
    await mine.sync()
    expect(mine.items().map(({ id, version, pending }) => [id, version, pending])).toEqual([[1, 1, null]])
    await theirs.sync()
    expect([titles(mine), titles(theirs), mine.faults]).toEqual([['Lunch'], ['Lunch'], []])
  })

  it('keeps what it typed aside when somebody else was first, and takes theirs over (section 6.3)', async () => {
    const { mine, theirs, put, titles } = await open()
    await put('a', 'SUMMARY:A')
    for (const model of [mine, theirs]) await model.sync()
    mine.change(mine.items()[0]!, { Title: 'Mine' })
    theirs.change(theirs.items()[0]!, { Title: 'Theirs' })
    await theirs.sync()
    await mine.sync()
    expect(titles(mine)).toEqual(['Theirs'])
    expect(mine.aside).toMatchObject([{ reason: 'conflict', fields: { Title: 'Mine' }, changed: ['Title'] }])
  })

  it('sends its own again with the new version when the person wants that, and only what they changed', async () => {
    const { mine, theirs, put, titles } = await open({ onConflict: () => 'keep-mine' })
    await put('a', 'SUMMARY:A')
    for (const model of [mine, theirs]) await model.sync()
    mine.change(mine.items()[0]!, { Title: 'Mine' })
    theirs.change(theirs.items()[0]!, { Location: 'There' })
    await theirs.sync()
    await mine.sync()
    await theirs.sync()
    const shown = theirs.shown(march).occurrences.map(({ title, location }) => `${title} ${location}`)
    expect([shown, titles(mine)]).toEqual([['Mine There'], ['Mine']])
  })

  it('edits a series: one occurrence changed, one deleted, a changed one deleted, and all of it another rule (section 8.1)', async () => {
    const { mine, theirs, put, titles, world } = await open()
    await put('w', 'SUMMARY:W', 'RRULE:FREQ=DAILY;COUNT=4')
    await mine.sync()
    const master = mine.items().find(({ fields }) => fields.EventType === '1')!
    const at = (day: number): [string, string] => [`2026-03-0${day}T08:00:00Z`, `2026-03-0${day}T09:00:00Z`]
    mine.changeOccurrence(master, ...at(3), { Title: 'Other' })
    mine.removeOccurrence(master, ...at(4))
    await mine.sync()
    await theirs.sync()
    expect(titles(theirs)).toEqual(['W', 'Other', 'W'])
    mine.removeOccurrence(master, ...at(3))
    await mine.sync()
    await theirs.sync()
    expect(titles(theirs)).toEqual(['W', 'W'])
    const data =
      '<recurrence><rule><firstDayOfWeek>mo</firstDayOfWeek><repeat><daily dayFrequency="2" /></repeat><repeatInstances>3</repeatInstances></rule></recurrence>'
    mine.changeSeries(mine.items().find(({ fields }) => fields.EventType === '1')!, { RecurrenceData: data })
    await mine.sync()
    await theirs.sync()
    expect([titles(mine), titles(theirs)]).toEqual([
      ['W', 'W', 'W'],
      ['W', 'W', 'W'],
    ])
    expect([mine.faults, theirs.faults, world.errors]).toEqual([[], [], []])
  })

  it('starts over when its token is too old, and forgets what it did not get (section 3)', async () => {
    const { mine, put, world, titles, asked } = await open()
    await put('a', 'SUMMARY:A')
    await put('b', 'SUMMARY:B')
    await mine.sync()
    await world.service.deleteObject(ann, { calendar: world.calendar, name: 'a' })
    await world.lists.changes({ principal: ann, calendar: world.calendar, connection: null }, null)
    expect(await world.bindings.forgetDeleted(Number.MAX_SAFE_INTEGER)).toBeGreaterThan(0)
    asked.length = 0
    await mine.sync()
    expect(asked).toEqual([
      'GetListItemChangesSinceToken with token',
      'GetListItemChangesSinceToken',
      'GetListItemChangesSinceToken with token',
    ])
    expect(titles(mine)).toEqual(['B'])
  })

  it('is read-only when the rights are, keeps what it cannot send, and is writable again when they are back (section 10)', async () => {
    const { mine, put, world, titles } = await open()
    await put('a', 'SUMMARY:A')
    await mine.sync()
    mine.change(mine.items()[0]!, { Title: 'Mine' })
    world.allow('read')
    await mine.sync()
    expect([mine.isReadOnly, titles(mine)]).toEqual([true, ['A']])
    expect(mine.aside).toMatchObject([{ reason: 'rejected', fields: { Title: 'Mine' } }])
    world.allow('all')
    await mine.sync()
    mine.change(mine.items()[0]!, { Title: 'Again' })
    await mine.sync()
    expect([mine.isReadOnly, titles(mine), mine.faults]).toEqual([false, ['Again'], []])
  })
})
