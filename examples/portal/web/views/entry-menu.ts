import type { Entry } from '../grid/entry.ts'
import type { Texts } from '../texts/index.ts'
import type { MenuItem } from '../ui/menu-list.tsx'
import type { EntryActions } from './calendar-view.tsx'

/** What can be done with an entry, wherever its menu opens. */
export const entryMenu = (
  { key, editable, done }: Entry,
  texts: Texts,
  { onOpen, onEdit, onDelete, onDone }: Pick<EntryActions, 'onOpen' | 'onEdit' | 'onDelete' | 'onDone'>,
): readonly MenuItem[] => [
  { label: done === null ? texts.event : texts.grid.task, icon: 'info', onChoose: () => onOpen(key) },
  ...(!editable
    ? []
    : [
        ...(done === null
          ? []
          : [
              {
                label: done ? texts.grid.notDoneDo : texts.grid.doneDo,
                icon: 'check' as const,
                onChoose: () => onDone(key),
              },
            ]),
        { label: texts.grid.edit, icon: 'pencil' as const, onChoose: () => onEdit(key) },
        {
          label: texts.grid.deleteDo,
          icon: 'trash' as const,
          danger: true,
          apart: true,
          onChoose: () => onDelete(key),
        },
      ]),
]
