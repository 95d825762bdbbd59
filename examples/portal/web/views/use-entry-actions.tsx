import { useState } from 'preact/hooks'
import type { CalendarEvent, Me } from '../api.ts'
import type { Entry } from '../grid/entry.ts'
import { useTexts } from '../texts/index.ts'
import { ContextMenu } from '../ui/context-menu.tsx'
import type { EntryActions } from './calendar-view.tsx'
import { deleteEvent } from './delete-event.ts'
import { entryMenu } from './entry-menu.ts'
import { setDone } from './set-done.ts'
import type { CalendarData } from './use-calendar-data.ts'
import { useMoves } from './use-moves.tsx'

/** What a person does with one entry of the grid or the list. @returns the actions, and what one of them may open. */
export const useEntryActions = ({
  data,
  me,
  run,
  openEvent,
  done,
  announce,
}: {
  readonly data: CalendarData
  readonly me: Me
  /** Does something whose failure is told on the page. */
  readonly run: (work: () => Promise<unknown>) => Promise<void>
  readonly openEvent: (event: CalendarEvent, mode: 'detail' | 'edit' | 'delete') => void
  readonly done: (message: string, undo?: () => Promise<void>) => void
  readonly announce: (text: string) => void
}) => {
  const texts = useTexts()
  const moves = useMoves({ onMoved: () => done(texts.grid.moved), onFailed: () => data.events.reload() })
  const [menu, setMenu] = useState<{ readonly key: string; readonly beside: HTMLElement } | null>(null)
  const find = (key: string): Entry | undefined => [...data.entries, ...data.undated].find((one) => one.key === key)
  const withEntry = (key: string, work: (entry: Entry) => void) => {
    const entry = find(key)
    if (entry !== undefined) work(entry)
  }
  const actions: EntryActions = {
    onOpen: (key) => withEntry(key, ({ event }) => openEvent(event, 'detail')),
    onEdit: (key) => withEntry(key, ({ event, editable }) => openEvent(event, editable ? 'edit' : 'detail')),
    onDelete: (key) =>
      withEntry(key, ({ event, editable }) => {
        if (!editable) return
        if (event.recurrenceId !== null) openEvent(event, 'delete')
        else {
          const message = event.done === null ? texts.eventDeleted : texts.grid.taskDeleted
          void run(async () => done(message, await deleteEvent(event, 'all')))
        }
      }),
    onDone: (key) =>
      withEntry(key, ({ event, title }) => {
        const next = event.done !== true
        void run(async () => {
          await setDone(event, next)
          announce(next ? texts.grid.nowDone(title) : texts.grid.nowOpen(title))
          data.events.reload()
        })
      }),
    onMenu: (key, beside) => setMenu({ key, beside }),
    onMove: (key, times, revert) => withEntry(key, ({ event }) => moves.ask(event, times, me.timeZone, revert)),
  }
  const opened = menu === null ? undefined : find(menu.key)
  return {
    actions,
    windows: (
      <>
        {moves.window}
        {menu !== null && opened !== undefined && (
          <ContextMenu
            name={texts.actions(opened.title)}
            items={entryMenu(opened, texts, actions)}
            beside={menu.beside}
            onClose={() => setMenu(null)}
          />
        )}
      </>
    ),
  }
}
