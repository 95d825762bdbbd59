import type { Action } from './history.ts'

const act = (who: number, what: number, more: Partial<Action> = {}): Action => ({
  who,
  what,
  pick: 0,
  number: 0,
  fault: 'none',
  at: 0,
  ...more,
})

/** Histories that once went wrong, as short as they could be made. */
export const regressions: Readonly<Record<string, readonly Action[]>> = {
  'an item is typed on after the answer to its making was lost': [
    act(0, 13),
    act(1, 0),
    act(1, 13, { fault: 'lose-answer' }),
    act(1, 3, { pick: 2 }),
  ],
  'both Outlooks change one place and all sync at once': [act(0, 3, { pick: 9 }), act(1, 3, { pick: 21 }), act(4, 13)],
  'both Outlooks delete the same occurrence': [act(0, 7), act(1, 7)],
  'one Outlook deletes an occurrence that the other has changed': [
    act(0, 6, { number: 1 }),
    act(0, 10),
    act(1, 7),
    act(1, 10),
  ],
  'one Outlook deletes an occurrence that the other has made a day': [act(0, 6), act(0, 10), act(1, 7), act(1, 10)],
  'both Outlooks change the same occurrence': [act(0, 6), act(0, 10), act(1, 6), act(1, 10)],
  'a series gets another recurrence in one Outlook while the portal changes an occurrence of it': [
    act(0, 9),
    act(3, 10),
    act(3, 7, { pick: 1, number: 2 }),
    act(0, 13),
  ],
  'a changed occurrence, whose answer was lost, is made an item of its own': [
    act(1, 6, { number: 1 }),
    act(1, 10, { fault: 'lose-answer', at: 1 }),
    act(0, 0),
    act(2, 0),
    act(4, 0),
    act(0, 0),
    act(3, 0),
    act(1, 4, { pick: 3 }),
  ],
  'a series is deleted after the answer to an edit of it was lost': [
    act(2, 7, { pick: 9 }),
    act(1, 2, { pick: 13 }),
    act(1, 10, { fault: 'lose-answer', at: 1 }),
    act(1, 5, { pick: 9 }),
    act(0, 0),
    act(0, 0),
    act(0, 0),
    act(2, 0),
    act(0, 10),
    act(1, 10),
  ],
  'two parts of one series, which have one title, get two in one Outlook': [
    act(2, 9, { pick: 21, number: 27 }),
    act(1, 10),
    act(1, 2, { pick: 13 }),
    act(1, 2, { pick: 46 }),
    act(1, 10),
    ...Array.from({ length: 6 }, () => act(0, 0)),
  ],
}
