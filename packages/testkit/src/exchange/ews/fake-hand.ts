import { createXmlElement, type XmlElement } from '@dayport/core/xml'
import { type FakeFolder, type FakeItem, type FakeTarget, ownUid, patternDates } from './fake-item.ts'
import { element, instant, parent, t } from './wire.ts'

/** What people do in Outlook. */
export interface FakeHand {
  /** Items of the calendar that are there. */
  readonly items: readonly FakeItem[]
  /** Items of the folder Work, which nobody synchronises unless told to. */
  readonly others: readonly FakeItem[]
  /** Sets fields, by element, as an edit of the whole item. */
  edit(id: string, elements: readonly XmlElement[]): void
  /** Touches an item without a visible change. */
  touch(id: string): void
  remove(id: string): void
  /** Sets fields of one occurrence, by the original day of it. */
  editOccurrence(id: string, date: string, elements: readonly XmlElement[]): void
  removeOccurrence(id: string, date: string): void
  /** Days of a series that are neither deleted nor past that day. */
  daysOf(id: string, before: string): readonly string[]
  /** Moves an item to the calendar or to the folder Work; it has another id there. */
  move(id: string, to: 'calendar' | 'work'): string
  /** Copies an item, our properties with it, under a UID of its own. */
  copy(id: string): string
  /** A simple event of somebody else's making. */
  add(fields: {
    readonly subject: string
    readonly startMs: number
    readonly endMs: number
    readonly more?: readonly XmlElement[]
  }): string
  setRights(rights: FakeFolder['rights']): void
  /** Ids that searches miss, though views and look-ups find them. */
  readonly unsearched: Set<string>
  /** Makes all sync states invalid. */
  forgetStates(): void
}

/** What a hand needs of its calendar. */
export interface HandParts {
  readonly now: () => number
  readonly items: Map<string, FakeItem>
  readonly folders: () => readonly FakeFolder[]
  /** Makes an item in the calendar. */
  readonly create: (source: XmlElement) => FakeItem
  readonly update: (target: FakeTarget, updates: readonly XmlElement[], send: string) => void
  readonly remove: (target: FakeTarget, send: string) => void
  readonly drop: (item: FakeItem) => void
  readonly move: (item: FakeItem, folder: FakeFolder) => FakeItem
  readonly touch: (item: FakeItem) => void
  readonly note: (item: FakeItem, kind: 'create') => void
  readonly nextNumber: () => number
  readonly setRights: (rights: FakeFolder['rights']) => void
  readonly forgetStates: () => void
}

export const createFakeHand = (parts: HandParts): FakeHand => {
  const { items } = parts
  const handItem = (id: string): FakeItem => {
    const item = items.get(id)
    if (item === undefined) throw new Error(`no item ${id}`)
    return item
  }

  return {
    get items() {
      return [...items.values()].filter((item) => item.folder === 'F-calendar')
    },
    edit: (id, elements) => parts.update({ item: handItem(id), date: null }, elements.map(setting), 'SendToNone'),
    get others() {
      return [...items.values()].filter((item) => item.folder === 'F-work')
    },
    touch: (id) => parts.touch(handItem(id)),
    remove: (id) => parts.drop(handItem(id)),
    editOccurrence: (id, date, elements) =>
      parts.update({ item: handItem(id), date }, elements.map(setting), 'SendToNone'),
    removeOccurrence: (id, date) => parts.remove({ item: handItem(id), date }, 'SendToNone'),
    daysOf: (id, before) => patternDates(handItem(id), before).filter((date) => !handItem(id).deletedDates.has(date)),
    move: (id, to) => parts.move(handItem(id), parts.folders().find((each) => each.id === `F-${to}`)!).id,
    copy(id) {
      const item = handItem(id)
      const number = parts.nextNumber()
      const made: FakeItem = {
        ...item,
        id: `I-${number}`,
        version: 1,
        elements: new Map([...item.elements, ['UID', element('UID', ownUid(number))]]),
        extended: new Map(item.extended),
        exceptions: new Map(item.exceptions),
        deletedDates: new Set(item.deletedDates),
        createdMs: parts.now() + 1000,
      }
      items.set(made.id, made)
      parts.note(made, 'create')
      return made.id
    },
    add({ subject, startMs, endMs, more = [] }) {
      const children = [
        element('Subject', subject),
        element('Start', instant(startMs)),
        element('End', instant(endMs)),
        ...more,
      ]
      return parts.create(parent('CalendarItem', children)).id
    },
    setRights: parts.setRights,
    unsearched: new Set(),
    forgetStates: parts.forgetStates,
  }
}

const setting = (child: XmlElement): XmlElement =>
  createXmlElement(t('SetItemField'), { children: [createXmlElement(t('CalendarItem'), { children: [child] })] })
