import { splitSeries, withAnswer, withCancellation, withGuest, withUpdate } from './meeting-edits.ts'
import {
  withCategory,
  withException,
  withHour,
  withKnownZone,
  withOwnZone,
  withoutOccurrence,
  withRule,
  withText,
} from './person-edits.ts'
import { freshEvent } from './person-events.ts'
import { pickOf } from './random.ts'
import type { SimulatedEdit } from './simulated-commands.ts'
import { allowMove, allowTouch } from './simulated-doubt.ts'
import {
  eventsHere,
  isAlone,
  isLinked,
  itemsThere,
  portalBytes,
  portalNames,
  type SimulatedWorld,
  simulatedPerson,
} from './simulated-world.ts'

/** A field that a person edits, by number. */
const fields = [
  'title',
  'place',
  'body',
  'category',
  'uncategory',
  'hour',
  'rule',
  'exception',
  'occurrence',
  'zone',
  'answer',
  'guest',
  'update',
  'cancel',
  'split',
] as const

const changeOf = (world: SimulatedWorld, field: number): ((data: Uint8Array) => Uint8Array) => {
  const n = Math.floor(world.random() * 12)
  switch (fields[field % fields.length]) {
    case 'title':
      return withText('SUMMARY', world.ledger.enter())
    case 'place':
      return withText('LOCATION', world.ledger.enter())
    case 'body':
      return withText('DESCRIPTION', `${world.ledger.enter()}  and  more`)
    case 'category':
      return withCategory(world.ledger.enter())
    case 'uncategory':
      return withCategory(null)
    case 'hour':
      return withHour(8 + n)
    case 'rule':
      return withRule(n % 3 === 0 ? null : n % 3 === 1 ? 'FREQ=WEEKLY;COUNT=6' : 'FREQ=DAILY;COUNT=5')
    case 'exception':
      return withException(n, world.ledger.enter())
    case 'zone':
      return withOwnZone(n)
    case 'answer':
      return withAnswer(n)
    case 'guest':
      return withGuest(world.ledger.enter())
    case 'update':
      return withUpdate(8 + n, world.ledger.enter())
    case 'cancel':
      return withCancellation
    default:
      return withoutOccurrence(n)
  }
}

const person = { origin: { door: 'portal' } }

/** What a person, or the administrator of a side, does, and what the ledger says of it. */
export const edit = async (world: SimulatedWorld, command: SimulatedEdit): Promise<void> => {
  switch (command.do) {
    case 'mailbox':
      return playTrick(world, command)
    case 'rename':
      return rename(world, command)
    case 'create':
      return create(world, command)
    default:
      return command.side === 'remote' ? editThere(world, command) : editHere(world, command)
  }
}

const playTrick = async (world: SimulatedWorld, command: Extract<SimulatedEdit, { do: 'mailbox' }>): Promise<void> => {
  const name = pickOf([...world.mailbox.items.keys()].sort(), command.pick)
  if (command.trick === 'move' || command.trick === 'migrate')
    await allowMove(world, command.trick === 'move' ? name : null)
  // What hides again under each new name before anybody has heard of one cannot be told from what is gone.
  const hides = name !== undefined && (await world.memory.state.findLink(world.binding, 'remote', name)) !== null
  if (command.trick === 'move' || command.trick === 'touch' || command.trick === 'rekey')
    await allowTouch(world, command.trick === 'rekey' ? null : name)
  if (command.trick === 'expire') world.mailbox.expireCursors()
  else if (command.trick === 'restart') {
    world.mailbox.restartCursor()
    world.mayMissUntilNextDay = true
  } else if (command.trick === 'mistake') {
    // Who has forgotten that an event was sent, and is told of another folder, can only send it again.
    if (world.hasForgotten) return
    world.mailbox.mistakeCursor()
    world.isMisinformed = true
  } else if (command.trick === 'rekey') for (const one of [...world.mailbox.items.keys()]) world.mailbox.touch(one)
  else if (command.trick === 'zones') redefineZones(world, command.pick)
  else if (command.trick === 'unbin') takeBack(world, command.pick)
  else if (command.trick === 'migrate') world.mailbox.migrate()
  else if (name !== undefined && command.trick === 'move') world.mailbox.move(name, { hides })
  else if (name !== undefined && command.trick === 'touch') world.mailbox.touch(name)
  else if (name !== undefined && command.trick === 'copy') {
    world.ledger.copy(world.mailbox.items.get(name)!.data)
    world.mailbox.copy(name, command.pick % 2 === 0)
  } else if (name !== undefined && command.trick === 'undo') {
    world.ledger.edit('remote', world.mailbox.items.get(name)!.data)
    world.mailbox.remove(name)
    world.mailbox.undo(name, command.pick % 2 === 0, { hides })
  }
}

/** The server's zone database is another one: it writes other definitions into what it tells, and nobody has edited anything. */
const redefineZones = ({ mailbox }: SimulatedWorld, pick: number): void => {
  for (const name of [...mailbox.items.keys()]) mailbox.define(name, withKnownZone(pick % 5))
}

/** Somebody takes an item out of the bin, whoever has deleted it. */
const takeBack = ({ mailbox, ledger }: SimulatedWorld, pick: number): void => {
  const name = pickOf([...mailbox.bin.keys()].sort(), pick)
  const item = name === undefined ? undefined : mailbox.bin.get(name)
  if (name === undefined || item === undefined) return
  // What moved on under another name, or was made again, is another event by now.
  if (!isAlone(item.data, itemsThere({ mailbox }))) ledger.copy(item.data)
  ledger.edit('remote', item.data)
  mailbox.undo(name, pick % 2 === 0, { hides: false })
}

/** "This and following" gets a series of its own. */
const split = async (world: SimulatedWorld, command: Change, name: string, before: Uint8Array): Promise<void> => {
  const parts = splitSeries(before, command.pick, `split-${world.newId()}`)
  if (parts === null) return
  const [ended, begun] = parts
  world.ledger.copy(before)
  if (command.side === 'remote') {
    world.mailbox.edit(name, () => ended)
    world.mailbox.create(begun)
  } else {
    await world.service.putObject(simulatedPerson, { calendar: world.calendar, name }, ended, person)
    const other = { calendar: world.calendar, name: `${world.newId()}.ics` }
    await world.service.putObject(simulatedPerson, other, begun, person)
  }
  world.ledger.edit(command.side, before)
  world.ledger.replace(before, begun)
}

const rename = async (world: SimulatedWorld, command: Extract<SimulatedEdit, { do: 'rename' }>): Promise<void> => {
  const name = pickOf(await portalNames(world), command.pick)
  const data = name === undefined ? null : await portalBytes(world, name)
  if (name === undefined || data === null) return
  await world.service.transaction(async (tx) => {
    await world.service.deleteObject(simulatedPerson, { calendar: world.calendar, name }, { tx, ...person })
    await world.service.putObject(simulatedPerson, { calendar: world.calendar, name: `${world.newId()}.ics` }, data, {
      tx,
      ...person,
    })
  })
}

const create = async (world: SimulatedWorld, command: Extract<SimulatedEdit, { do: 'create' }>): Promise<void> => {
  const data = freshEvent(world.ledger, command.kind)
  world.ledger.place()
  if (command.side === 'remote') world.mailbox.create(data)
  else
    await world.service.putObject(
      simulatedPerson,
      { calendar: world.calendar, name: `${world.newId()}.ics` },
      data,
      person,
    )
}

const isSplit = (command: Change): boolean => command.do === 'edit' && fields[command.field % fields.length] === 'split'

type Change = Extract<SimulatedEdit, { do: 'edit' | 'delete' }>

const editThere = async (world: SimulatedWorld, command: Change): Promise<void> => {
  const name = pickOf([...world.mailbox.items.keys()].sort(), command.pick)
  const before = name === undefined ? undefined : world.mailbox.items.get(name)?.data
  if (name === undefined || before === undefined) return
  const { operationId } = world.mailbox.items.get(name)!
  const isTwin =
    operationId !== null &&
    [...world.mailbox.items.values()].some((one) => one.operationId === operationId && one.name !== name)
  // A person who edits the twin of an event that was sent twice makes it one of its own: edits are never deleted.
  if (isTwin) world.ledger.copy(before)
  if (command.do === 'delete') {
    world.mailbox.remove(name)
    // What the engine has asked for and not heard of yet cannot be known to be deleted.
    const operation = operationId === null ? null : await world.memory.state.getOperation(operationId)
    const made = operation === null ? null : await world.memory.state.getLink(operation.link)
    const isKnown =
      made === null ? await isLinked(world, 'remote', name, before) : made.remote !== null && operation?.attempts === 1
    world.ledger.delete('remote', before, isKnown && isAlone(before, itemsThere(world)))
  } else if (isSplit(command)) return split(world, command, name, before)
  else {
    world.mailbox.edit(name, changeOf(world, command.field))
    world.ledger.edit('remote', before)
  }
  world.ledger.replace(before, world.mailbox.items.get(name)?.data ?? null)
}

const editHere = async (world: SimulatedWorld, command: Change): Promise<void> => {
  const name = pickOf(await portalNames(world), command.pick)
  const before = name === undefined ? null : await portalBytes(world, name)
  if (name === undefined || before === null) return
  if (command.do === 'delete') {
    await world.service.deleteObject(simulatedPerson, { calendar: world.calendar, name }, person)
    const isKnown = await isLinked(world, 'portal', name, before)
    world.ledger.delete('portal', before, isKnown && isAlone(before, await eventsHere(world)))
  } else if (isSplit(command)) return split(world, command, name, before)
  else {
    await world.service.putObject(
      simulatedPerson,
      { calendar: world.calendar, name },
      changeOf(world, command.field)(before),
      person,
    )
    world.ledger.edit('portal', before)
  }
  world.ledger.replace(before, await portalBytes(world, name))
}

/** What somebody may do while a worker is at work. */
export const randomEdit = (world: SimulatedWorld): SimulatedEdit => {
  const side = world.chance(0.5) ? 'portal' : 'remote'
  const pick = Math.floor(world.random() * 100)
  const kind = world.random()
  if (kind < 0.15) return { do: 'create', side, kind: pick }
  if (kind < 0.25) return { do: 'delete', side, pick }
  return { do: 'edit', side, pick, field: Math.floor(world.random() * 9) }
}
