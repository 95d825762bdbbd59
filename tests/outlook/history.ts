import { CalendarError, type InstantRange } from '@dayport/core'
import { createOutlookModel, type HeldItem, type OutlookFields, type OutlookModel } from '@dayport/testkit'
import fc from 'fast-check'
import { bytesOf, objectText } from './generate.ts'
import { editedObject, type ObjectEdit, textsOf } from './object-edits.ts'
import { createDavClient, createPortal, RefusedWrite, type TextClient } from './text-clients.ts'
import { shownLines, trueOccurrences } from './truth.ts'
import {
  ann,
  createNetwork,
  type Fault,
  type Ground,
  type Mutation,
  NetworkError,
  openWorld,
  type World,
} from './world.ts'

/** One thing that one of the four does. All choices are in it, so that a history can be told again and be made shorter. */
export interface Action {
  /** 0 and 1: Outlooks; 2: CalDAV; 3: the portal; 4: the administrator, and time. */
  readonly who: number
  readonly what: number
  /** Which of the things that are there. */
  readonly pick: number
  readonly number: number
  readonly fault: Fault
  /** Which request of the exchange the fault hits. */
  readonly at: number
}

/** A third of what happens is a sync; half of the exchanges are hurt. */
const action: fc.Arbitrary<Action> = fc.record({
  who: fc.constantFrom(0, 0, 0, 1, 1, 1, 2, 2, 3, 4),
  what: fc.integer({ min: 0, max: 15 }),
  pick: fc.nat({ max: 50 }),
  number: fc.nat({ max: 30 }),
  fault: fc.constantFrom<Fault>('none', 'none', 'none', 'none', 'lose-request', 'lose-answer', 'lose-answer', 'twice'),
  at: fc.integer({ min: 0, max: 2 }),
})

export const historyOf = (maxLength: number): fc.Arbitrary<readonly Action[]> =>
  fc.array(action, { minLength: 6, maxLength, size: 'max' })

const range: InstantRange = { startMs: Date.UTC(2026, 1, 20), endMs: Date.UTC(2026, 4, 10) }
const berlin =
  "<timeZoneRule><standardBias>-60</standardBias><additionalDaylightBias>-60</additionalDaylightBias><standardDate><transitionRule month='10' day='su' weekdayOfMonth='last' /><transitionTime>3:0:0</transitionTime></standardDate><daylightDate><transitionRule month='3' day='su' weekdayOfMonth='last' /><transitionTime>2:0:0</transitionTime></daylightDate></timeZoneRule>"
const weekdayNames = ['su', 'mo', 'tu', 'we', 'th', 'fr', 'sa']

const iso = (ms: number): string => new Date(ms).toISOString().replace('.000', '')
const compact = (ms: number): string => iso(ms).replace(/[-:]/g, '').slice(0, 15)
const startOf = (number: number): number => Date.UTC(2026, 2, 2 + (number % 14), 8 + (number % 5))

/** A fault of the server, or of the model, that a history has shown. */
export class HistoryFault extends Error {
  override readonly name = 'HistoryFault'
}

const demand = (isRight: boolean, message: () => string): void => {
  if (!isRight) throw new HistoryFault(message())
}

/** Texts of all objects by object, component and property. */
const serverTexts = async (world: World): Promise<Map<string, string>> => {
  const texts = new Map<string, string>()
  for await (const object of world.service.findObjects(ann, world.calendar, {})) {
    for (const [key, text] of textsOf(object.data)) texts.set(`${object.name} ${key}`, text)
  }
  return texts
}

/** What people typed, in a text that may have markup about it. */
const tokensIn = (text: string | undefined): string[] => text?.match(/\b(?:title|place|made)-\d+/g) ?? []

/** Whether a component, `object RECURRENCE-ID` or `object master`, may go whatever is in it. */
type Excuse = (component: string) => boolean

interface Actor {
  readonly name: string
  readonly seen: ReadonlySet<string>
}

/** What was typed, where it has been, and who knew of it when it went. */
const createLedger = (world: World) => {
  const typed = new Map<string, string>()
  const reached = new Set<string>()
  const withdrawn = new Set<string>()
  const twice = new Set<string>()
  let known = new Map<string, string>()
  let revision = -1
  let count = 0
  return {
    type: (who: string, what: string): string => {
      const value = `${what}-${++count}`
      typed.set(value, who)
      return value
    },
    /** The person who typed it, or knew of it, has typed something else in its place. */
    withdraw: (text: string | undefined): void => {
      for (const token of tokensIn(text)) withdrawn.add(token)
    },
    allowTwice: (text: string | undefined): void => {
      for (const token of tokensIn(text)) twice.add(token)
    },
    mayBeTwice: (text: string): boolean => twice.has(text),
    /** It is wanted again. */
    claim: (text: string | undefined): void => {
      for (const token of tokensIn(text)) withdrawn.delete(token)
    },
    /** What somebody has seen that another typed has been on the server. */
    reachedIn: (who: string, seen: ReadonlySet<string>): void => {
      for (const token of [...seen].flatMap(tokensIn)) if (typed.get(token) !== who) reached.add(token)
    },
    reach: (fields: OutlookFields): void => {
      for (const token of Object.values(fields).flatMap(tokensIn)) reached.add(token)
    },
    /** After each exchange: nothing went that the one who did it had not seen. */
    look: async (actor: Actor, isExcused: Excuse): Promise<void> => {
      const now = (await world.service.getCalendar(ann, world.calendar))?.revision ?? 0
      if (now === revision) return
      revision = now
      const texts = await serverTexts(world)
      const components = new Set([...texts.keys()].map((key) => key.slice(0, key.lastIndexOf(' '))))
      for (const [key, text] of known) {
        if (texts.get(key) === text || !typed.has(text)) continue
        const component = key.slice(0, key.lastIndexOf(' '))
        if (!components.has(component) && isExcused(component)) continue
        const isSeen = actor.seen.has(text) || actor.seen.has(`<div>${text}</div>`)
        demand(isSeen, () => `${actor.name} overwrote ${text} at ${key} without having seen it`)
      }
      for (const text of texts.values()) reached.add(text)
      known = texts
    },
    lost: (outlooks: readonly OutlookModel[], asideTexts: ReadonlySet<string>): string[] => {
      const aside = new Set(asideTexts)
      for (const { aside: copies, overridden } of outlooks) {
        for (const token of [...overridden].flatMap(tokensIn)) aside.add(token)
        for (const { fields } of copies) for (const text of Object.values(fields).flatMap(tokensIn)) aside.add(text)
      }
      return [...typed.keys()].filter((text) => !reached.has(text) && !aside.has(text) && !withdrawn.has(text))
    },
    texts: () => known,
  }
}

type Ledger = ReturnType<typeof createLedger>

const itemsWhere = (model: OutlookModel, test: (item: HeldItem) => boolean): HeldItem[] =>
  model.items().filter((item) => item.pending !== 'delete' && test(item))

const pickFrom = <T>(list: readonly T[], pick: number): T | undefined => list[pick % Math.max(1, list.length)]

/** The day of an instant as an all-day item has it. Specification section 7.1. */
const allDayOn = (ms: number): OutlookFields => {
  const day = iso(ms).slice(0, 10)
  return { EventDate: `${day}T00:00:00Z`, EndDate: `${day}T23:59:00Z`, fAllDayEvent: '1', Duration: '86340' }
}

const seriesFields = (number: number): OutlookFields => {
  const startMs = startOf(number)
  const pattern =
    number % 2 === 0
      ? `<daily dayFrequency="${1 + (number % 3)}" />`
      : `<weekly ${weekdayNames[new Date(startMs).getUTCDay()]}="TRUE" weekFrequency="1" />`
  const end =
    number % 3 === 0 ? '<repeatForever>FALSE</repeatForever>' : `<repeatInstances>${3 + (number % 6)}</repeatInstances>`
  return {
    EventDate: iso(startMs),
    EndDate: iso(startMs + 3_600_000),
    Duration: '3600',
    fAllDayEvent: '0',
    RecurrenceData: `<recurrence><rule><firstDayOfWeek>mo</firstDayOfWeek><repeat>${pattern}</repeat>${end}</rule></recurrence>`,
    XMLTZone: berlin,
  }
}

/** An occurrence that stands as its series says, and its master. */
const occurrenceOf = (model: OutlookModel, pick: number) => {
  const found = pickFrom(
    model.shown(range).occurrences.filter(({ fields }) => fields.EventType === '1'),
    pick,
  )
  const master = model.items().find(({ fields }) => fields === found?.fields)
  return found === undefined || master === undefined ? null : { master: master as HeldItem, found }
}

const editInOutlook = (model: OutlookModel, name: string, ledger: Ledger, world: World, act: Action): void => {
  const { what, pick, number } = act
  const kinds = (...types: string[]) => itemsWhere(model, ({ fields }) => types.includes(fields.EventType ?? '0'))
  const retype = (item: HeldItem, field: 'Title' | 'Location'): void => {
    ledger.withdraw(item.fields[field])
    model.change(item, { [field]: ledger.type(name, field === 'Title' ? 'title' : 'place') })
  }
  const withdrawAll = (items: readonly HeldItem[]): void => {
    for (const { fields } of items)
      for (const text of [fields.Title, fields.Location, fields.Description]) ledger.withdraw(text)
  }
  const made = (): OutlookFields => ({
    Title: ledger.type(name, 'title'),
    Description: `<div>${ledger.type(name, 'made')}</div>`,
  })
  if (model.isReadOnly) return
  switch (what) {
    case 0: {
      const startMs = startOf(number)
      const times =
        number % 4 === 0
          ? {
              EventDate: `${iso(startMs).slice(0, 10)}T00:00:00Z`,
              EndDate: `${iso(startMs).slice(0, 10)}T23:59:00Z`,
              fAllDayEvent: '1',
            }
          : { EventDate: iso(startMs), EndDate: iso(startMs + 1_800_000), fAllDayEvent: '0' }
      model.create({ ...made(), ...times })
      return
    }
    case 1:
      model.create({
        ...made(),
        ...seriesFields(number),
        EventType: '1',
        fRecurrence: '1',
        UID: `{${world.newId().toUpperCase()}}`,
      })
      return
    case 2:
    case 3: {
      const item = pickFrom(kinds('0', '1', '4'), pick)
      if (item !== undefined) retype(item, what === 2 ? 'Title' : 'Location')
      return
    }
    case 4: {
      const item = pickFrom(kinds('0', '4'), pick)
      if (item === undefined) return
      const [startMs, endMs] = [Date.parse(item.fields.EventDate!), Date.parse(item.fields.EndDate!)]
      const isException = item.fields.EventType === '4'
      if (number % 5 === 0) model.change(item, allDayOn(startMs))
      else if (isException || item.fields.fAllDayEvent === '1') {
        // Within its day, where an exception may be moved in Outlook.
        const [from, to] =
          item.fields.fAllDayEvent === '1' ? [startMs + 36_000_000, startMs + 39_600_000] : [startMs, endMs + 900_000]
        model.change(item, {
          EventDate: iso(from),
          EndDate: iso(to),
          fAllDayEvent: '0',
          Duration: `${(to - from) / 1000}`,
        })
      } else {
        const from = startOf(number)
        model.change(item, { EventDate: iso(from), EndDate: iso(from + 2_700_000), Duration: '2700' })
      }
      return
    }
    case 5: {
      const item = pickFrom(kinds('0', '1'), pick)
      if (item === undefined) return
      withdrawAll([
        item,
        ...itemsWhere(model, ({ fields }) => fields.UID !== undefined && fields.UID === item.fields.UID),
      ])
      model.remove(item)
      return
    }
    case 6:
    case 7: {
      const chosen = occurrenceOf(model, pick)
      if (chosen === null) return
      const [start, end] = [iso(chosen.found.startMs), iso(chosen.found.endMs)]
      if (what === 7) {
        withdrawAll(
          itemsWhere(model, ({ fields }) => fields.UID === chosen.master.fields.UID && fields.RecurrenceID === start),
        )
        model.removeOccurrence(chosen.master, start, end)
        return
      }
      const moved =
        number % 7 === 0
          ? allDayOn(chosen.found.startMs)
          : number % 2 === 0
            ? {}
            : { EventDate: iso(chosen.found.startMs + 1_800_000), EndDate: iso(chosen.found.endMs + 1_800_000) }
      model.changeOccurrence(chosen.master, start, end, { Title: ledger.type(name, 'title'), ...moved })
      return
    }
    case 8: {
      const item = pickFrom(kinds('4'), pick)
      if (item === undefined) return
      const { master } = {
        master: itemsWhere(model, ({ fields }) => fields.EventType === '1' && fields.UID === item.fields.UID)[0],
      }
      if (master === undefined) return
      withdrawAll([item])
      model.removeOccurrence(master, item.fields.RecurrenceID!, item.fields.EndDate!)
      return
    }
    case 9: {
      if (number % 4 === 0) {
        const single = pickFrom(kinds('0'), pick)
        const uid = `{${world.newId().toUpperCase()}}`
        if (single !== undefined)
          model.change(single, { ...seriesFields(number + 1), EventType: '1', fRecurrence: '1', UID: uid })
        return
      }
      const item = pickFrom(kinds('1'), pick)
      if (item === undefined) return
      withdrawAll(itemsWhere(model, ({ fields }) => fields.EventType !== '1' && fields.UID === item.fields.UID))
      const isEnd = number % 4 === 1
      const ended = { EventType: '0', fRecurrence: '0', RecurrenceData: '', XMLTZone: '' }
      model.changeSeries(item, isEnd ? ended : seriesFields(number))
      return
    }
    case 15:
      for (const { fields } of model.undoRemove())
        for (const text of [fields.Title, fields.Location, fields.Description]) {
          ledger.claim(text)
          // Of what was made elsewhere nobody can tell that two bring back the same.
          if (fields.MetaInfo_ReplicationID === undefined) ledger.allowTwice(text)
        }
      return
    default:
  }
}

const rules = [
  'FREQ=WEEKLY;COUNT=5',
  'FREQ=DAILY;INTERVAL=2',
  'FREQ=MONTHLY;BYDAY=1MO,3MO',
  'FREQ=DAILY;BYHOUR=9,15;COUNT=6',
  'FREQ=DAILY;COUNT=4',
]

/** A single event, or a series by one of the rules. */
const newObject = (name: string, ledger: Ledger, number: number, isSeries: boolean): string => {
  const startMs = startOf(number)
  return objectText([
    `DTSTART;TZID=Europe/Berlin:${compact(startMs)}`,
    'DURATION:PT1H',
    `SUMMARY:${ledger.type(name, 'title')}`,
    `DESCRIPTION:${ledger.type(name, 'made')}`,
    ...(isSeries ? [`RRULE:${rules[number % rules.length]}`] : []),
    'ATTENDEE:mailto:bob@example.com',
  ])
}

const editOf = (data: Uint8Array, name: string, ledger: Ledger, act: Action): ObjectEdit | null => {
  const { what, pick, number } = act
  const series = /DTSTART[^:]*:(\d{8}T\d{6})/.exec(new TextDecoder().decode(data))?.[1]
  const slot =
    series === undefined
      ? null
      : compact(Date.parse(series.replace(/(....)(..)(..T..)(..)(..)/, '$1-$2-$3:$4:$5Z')) + (number % 7) * 86_400_000)
  switch (what) {
    case 2:
    case 3:
      return {
        kind: 'text',
        name: what === 2 ? 'SUMMARY' : 'LOCATION',
        value: ledger.type(name, what === 2 ? 'title' : 'place'),
        component: pick,
      }
    case 4:
      return { kind: 'times', start: `${compact(startOf(number))}Z`, end: `${compact(startOf(number) + 5_400_000)}Z` }
    case 6:
      return slot === null ? null : { kind: 'exdate', line: slot }
    case 7:
    case 8:
      return slot === null
        ? null
        : {
            kind: 'override',
            lines: [
              `RECURRENCE-ID;TZID=Europe/Berlin:${slot}`,
              `DTSTART;TZID=Europe/Berlin:${slot}`,
              'DURATION:PT2H',
              `SUMMARY:${ledger.type(name, 'title')}`,
            ],
          }
    case 9:
      return { kind: 'rule', rule: rules[number % rules.length]! }
    default:
      return null
  }
}

const editAsText = async (
  client: TextClient,
  name: string,
  ledger: Ledger,
  world: World,
  act: Action,
  aside: Set<string>,
  removed: Map<string, Uint8Array>,
): Promise<void> => {
  const { what, pick, number } = act
  const known = pickFrom([...client.objects], pick)
  const write = async (object: string, data: Uint8Array): Promise<void> => {
    const texts = [...textsOf(data).values()]
    try {
      if (!(await client.put(object, data))) for (const text of texts) aside.add(text)
    } catch (error) {
      for (const text of texts) aside.add(text) // what was typed is on the screen still
      throw error
    }
  }
  if (what === 14) {
    const gone = pickFrom([...removed], pick)
    return gone === undefined ? undefined : write(...gone)
  }
  if (what === 0 || what === 1) {
    const id = world.newId()
    const text = newObject(name, ledger, number, what === 1).replace('UID:u1', `UID:${id}`)
    return write(`${id}.ics`, bytesOf(text))
  }
  if (known === undefined) return
  const [object, { data }] = known
  if (what === 5 || what === 13) {
    removed.set(object, data)
    return void (await client.delete(object))
  }
  const edit = editOf(data, name, ledger, act)
  const next = edit === null ? null : editedObject(data, edit)
  if (next !== null) await write(object, next)
  else if (edit?.kind === 'override') aside.add(edit.lines.at(-1)!.slice('SUMMARY:'.length))
}

/** Deletions are forgotten, the calendar becomes read-only or writable again, or a day passes. */
const govern = async (world: World, { what, number }: Action): Promise<void> => {
  if (what < 4) {
    await world.bindings.forgetDeleted(Number.MAX_SAFE_INTEGER)
  } else if (what < 11) world.allow((['all', 'no-write', 'read'] as const)[number % 3]!)
  else world.advance((1 + (number % 3)) * 86_400_000)
}

const isRefused = (error: unknown): boolean => CalendarError.is(error, 'forbidden') || error instanceof RefusedWrite

const isNetwork = (error: unknown): boolean => error instanceof NetworkError

const takesAway = ({ pending, changed }: HeldItem): boolean =>
  pending === 'delete' || (pending !== null && changed.has('RecurrenceData'))

const nothing: Excuse = () => false

/**
 * What an Outlook may take away unseen by what waits in it: deletions carry no version, and another recurrence takes the exceptions with it.
 * An occurrence that it deletes as one that is as its series says is nothing of the kind: what somebody has made of it is to be told.
 */
const excuseOf = async (world: World, model: OutlookModel): Promise<Excuse> => {
  const objects = new Set<string>()
  const components = new Set<string>()
  for (const { id } of model.items().filter(takesAway)) {
    const list = { calendar: world.calendar, view: 'full' } as const
    const binding = id === null ? null : await world.bindings.getBinding(list, id)
    if (binding === null) continue
    const rid = binding.key.split(':')[1]
    if (rid === undefined || binding.key.startsWith('part:')) objects.add(binding.objectName)
    else components.add(`${binding.objectName} ${rid}`)
  }
  return (component) => components.has(component) || objects.has(component.split(' ')[0]!)
}

/**
 * Two Outlooks, a CalDAV program and the portal over one calendar. After quiet all must agree, nothing may be lost and nothing doubled.
 *
 * @throws {HistoryFault} telling what went wrong.
 */
export const runHistory = async (
  ground: Ground,
  actions: readonly Action[],
  mutation: Mutation = {},
): Promise<void> => {
  const world = await openWorld(ground, mutation)
  try {
    await runIn(world, actions)
  } finally {
    await world.close()
  }
}

const runIn = async (world: World, actions: readonly Action[]): Promise<void> => {
  const ledger = createLedger(world)
  const network = createNetwork()
  const aside = new Set<string>()
  /** Objects that a text client has deleted or seen going: it may bring them back, as the undo of a program does. */
  const removed = new Map<string, Uint8Array>()
  let isQuiet = false
  let turn = 0
  const openOutlook = async (index: number): Promise<OutlookModel> => {
    const baseUrl = await world.connect(`PC ${index}`)
    return createOutlookModel({
      fetch: network.through(world.outlook),
      baseUrl,
      listGuid: index === 0 ? world.listGuid : world.listGuid.toLowerCase(),
      newGuid: () => world.newId().toUpperCase(),
      editor: `${index + 1}`.repeat(32),
      onConflict: () => (isQuiet || ++turn % 2 === 0 ? 'keep-theirs' : 'keep-mine'),
      uploadsFirst: () => ++turn % 3 !== 0,
      sendsAll: () => ++turn % 2 === 0,
    })
  }
  const outlooks = [await openOutlook(0), await openOutlook(1)]
  const texts = [createDavClient(world, network.through(world.dav)), createPortal(world)]
  const names = ['first Outlook', 'second Outlook', 'CalDAV', 'portal']

  const exchange = async (act: Action): Promise<void> => {
    if (act.who === 4 && (act.what === 13 || act.what === 14)) {
      // Everybody at once: what one of them overwrites, one of them has to have seen.
      const mayTake = outlooks.some((model) =>
        model.items().some((item) => takesAway(item) || (item.pending === 'new' && item.fields.EventType === '3')),
      )
      // What comes and goes within this is not seen from outside.
      if (mayTake)
        for (const { pending, fields } of outlooks.flatMap((model) => model.items()))
          if (pending !== null) ledger.reach(fields)
      const work = await Promise.allSettled([...outlooks, ...texts].map((client) => client.sync()))
      const seen = new Set([...outlooks, ...texts].flatMap((client) => [...client.seen]))
      for (const [index, client] of [...outlooks, ...texts].entries()) ledger.reachedIn(names[index]!, client.seen)
      await ledger.look({ name: 'somebody', seen }, () => mayTake)
      for (const result of work) if (result.status === 'rejected') throw result.reason
      return
    }
    if (act.who === 4) return govern(world, act)
    const outlook = outlooks[act.who]
    const name = names[act.who]!
    if (outlook !== undefined) {
      if (act.what < 10 || act.what > 14) return editInOutlook(outlook, name, ledger, world, act)
      const isExcused = await excuseOf(world, outlook)
      await outlook.sync().finally(() => ledger.look({ name, seen: outlook.seen }, isExcused))
      return
    }
    const client = texts[act.who - 2]!
    const before = [...client.objects]
    const work =
      act.what < 10 || act.what > 12 ? editAsText(client, name, ledger, world, act, aside, removed) : client.sync()
    await work.finally(() => ledger.look({ name, seen: client.seen }, nothing))
    for (const [object, { data }] of before) if (!client.objects.has(object)) removed.set(object, data)
  }

  // An event and a series that all four know of, so that they get in each other's way.
  for (const isSeries of [false, true]) {
    const name = `${world.newId()}.ics`
    const data = bytesOf(newObject('the first', ledger, isSeries ? 4 : 0, isSeries).replace('UID:u1', `UID:${name}`))
    await world.service.putObject(ann, { calendar: world.calendar, name }, data)
  }
  for (const who of [0, 1, 2, 3]) await exchange({ who, what: 10, pick: 0, number: 0, fault: 'none', at: 0 })

  for (const act of actions) {
    world.advance(act.number * 40)
    network.expect(act.fault, act.at)
    try {
      await exchange(act)
    } catch (error) {
      if (!isNetwork(error) && !isRefused(error)) throw error
    }
  }

  network.expect('none', 0)
  isQuiet = true
  world.allow('all')
  const revision = async () => (await world.service.getCalendar(ann, world.calendar))?.revision
  for (let round = 0; round < 3; round++) {
    const before = await revision()
    for (const who of [0, 1, 2, 3]) await exchange({ who, what: 10, pick: 0, number: 0, fault: 'none', at: 0 })
    // After the first one a round in which nothing was written leaves everybody with what is there.
    const isDone = outlooks.every((model) => model.items().every(({ pending }) => pending === null))
    if (round > 0 && isDone && (await revision()) === before) break
  }
  const third = await openOutlook(2)
  await third.sync()
  await checkAgreement(world, [...outlooks, third], texts)

  demand(world.errors.length === 0, () => `the server broke: ${String(world.errors[0])}`)
  const lost = ledger.lost(outlooks, aside)
  demand(lost.length === 0, () => `lost: ${lost.join(', ')}`)
  const made = new Map<string, string>()
  for (const [key, text] of ledger.texts()) {
    if (!key.endsWith(' DESCRIPTION') || !text.startsWith('made-')) continue
    const object = key.split(' ')[0]!
    demand(ledger.mayBeTwice(text) || (made.get(text) ?? object) === object, () => `${text} is doubled`)
    made.set(text, object)
  }
}

const checkAgreement = async (
  world: World,
  outlooks: readonly OutlookModel[],
  texts: readonly TextClient[],
): Promise<void> => {
  const stored = new Map<string, string>()
  const truth: string[] = []
  for await (const { name, data } of world.service.findObjects(ann, world.calendar, {})) {
    stored.set(name, new TextDecoder().decode(data))
    truth.push(...trueOccurrences(data, range, 'Europe/Berlin'))
  }
  truth.sort()
  for (const [index, outlook] of outlooks.entries()) {
    const shown = outlook.shown(range)
    demand(outlook.faults.length === 0, () => `Outlook ${index}: ${outlook.faults.join('; ')}`)
    demand(
      outlook.items().every(({ pending }) => pending === null),
      () => `Outlook ${index} has something left to send`,
    )
    demand(shown.faults.length === 0, () => `Outlook ${index} shows: ${shown.faults.join('; ')}`)
    const lines = shownLines(shown)
    const missing = truth.filter((line) => !lines.includes(line))
    const extra = lines.filter((line) => !truth.includes(line))
    demand(
      missing.length + extra.length === 0,
      () => `Outlook ${index} misses ${missing.join(', ')} and has ${extra.join(', ')}`,
    )
    demand(lines.length === truth.length, () => `Outlook ${index} shows something twice`)
  }
  const [first] = outlooks
  const versions = (model: OutlookModel): string =>
    JSON.stringify(
      model
        .items()
        .map(({ id, version }) => [id, version])
        .sort(),
    )
  demand(
    outlooks.every((model) => versions(model) === versions(first!)),
    () => 'the Outlooks have other items or versions',
  )
  for (const client of texts) {
    const known = [...client.objects].map(([name, { data }]) => [name, new TextDecoder().decode(data)] as const)
    demand(
      known.length === stored.size && known.every(([name, text]) => stored.get(name) === text),
      () => 'a text client has other objects',
    )
  }
}
