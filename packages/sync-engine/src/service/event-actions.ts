import { CalendarError, type Principal, type PrincipalId } from '@dayport/core'
import type { CalendarService } from '@dayport/core/service'
import { canonicalOf, changedGroups } from '../content/canonical.ts'
import { transferGroups } from '../content/transfer.ts'
import { heardOf } from '../run/context.ts'
import type { SyncBinding, SyncLink } from '../state/records.ts'
import type { SyncStateStore } from '../state/store.ts'
import type { SyncService } from './sync-service-api.ts'

/** Most events of a list. */
const maxListed = 100

interface EventActionParts {
  readonly state: SyncStateStore
  readonly service: CalendarService
  readonly now: () => number
  readonly newId: () => string
  readonly principalOf: (id: PrincipalId) => Promise<Principal>
  /** @throws {CalendarError} `not-found`. */
  readonly existing: (bindingId: string) => Promise<SyncBinding>
  readonly runNow: (bindingId: string) => void
}

/** What a person sees of single events, and does about them. */
export const createEventActions = (
  parts: EventActionParts,
): Pick<SyncService, 'conflicts' | 'problems' | 'resolve' | 'retry' | 'restore'> => {
  const { state, service, now, newId, principalOf, existing, runNow } = parts

  const linkOf = async (bindingId: string, linkId: string): Promise<SyncLink> => {
    const link = await state.getLink(linkId)
    if (link === null || link.binding !== bindingId) throw new CalendarError('not-found', 'there is no such event')
    return link
  }

  /** Puts both ends of a link into the inbox, so that the next run looks at them. */
  const lookAgain = (binding: SyncBinding, link: SyncLink): Promise<void> =>
    service.transaction(async (tx) => {
      const rows = (['portal', 'remote'] as const).flatMap((side) => {
        const end = link[side]
        return end === null ? [] : [heardOf({ binding, now }, side, end.name, end.etag, true)]
      })
      await state.putLinks([link], { tx })
      await state.putInbox(rows, { tx })
    })

  return {
    conflicts: async (bindingId) => {
      const links = await state.listLinks(bindingId, { states: ['conflict'] }, maxListed)
      return links.flatMap((link) =>
        link.conflict === null
          ? []
          : [
              {
                link: link.id,
                uid: link.uid,
                portalName: link.portal?.name ?? null,
                sinceMs: link.conflict.sinceMs,
                groups: link.conflict.groups,
              },
            ],
      )
    },
    problems: async (bindingId) => {
      const links = await state.listLinks(bindingId, { states: ['quarantined', 'unsupported'] }, maxListed)
      return links.map((link) => ({
        link: link.id,
        portalName: link.portal?.name ?? null,
        remoteName: link.remote?.name ?? null,
        kind: link.state === 'unsupported' ? 'unsupported' : 'quarantined',
        reason: link.reason ?? '',
        sinceMs: link.updatedMs,
      }))
    },
    resolve: async (bindingId, linkId, choice) => {
      const binding = await existing(bindingId)
      const link = await linkOf(bindingId, linkId)
      if (link.conflict === null) throw new CalendarError('not-found', 'the event has no conflict')
      await lookAgain(binding, { ...link, conflict: { ...link.conflict, choice } })
      runNow(bindingId)
    },
    retry: async (bindingId, linkId) => {
      const binding = await existing(bindingId)
      const link = await linkOf(bindingId, linkId)
      await lookAgain(binding, { ...link, echoes: [] })
      runNow(bindingId)
    },
    restore: async (bindingId, historyId) => {
      const binding = await existing(bindingId)
      const entry = await state.getHistory(historyId)
      if (entry === null || entry.binding !== bindingId || entry.kept === null) {
        throw new CalendarError('not-found', 'nothing was kept of this step')
      }
      const { kept } = entry
      const who = await principalOf(binding.principal)
      const link = await state.getLink(entry.link)
      const name = link?.portal?.name ?? `${newId()}.ics`
      const ref = { calendar: binding.calendar, name }
      const origin = { door: 'portal', operation: 'restore' }
      await service.transaction(async (tx) => {
        const current = await service.getObject(who, ref, { tx })
        if (current === null) {
          await service.putObject(who, ref, kept, { tx, origin })
          return
        }
        const groups =
          entry.groups.length > 0 ? entry.groups : changedGroups(canonicalOf(current.data), canonicalOf(kept))
        const { data } = transferGroups(current.data, kept, groups)
        await service.putObject(who, ref, data, { tx, origin, condition: { ifMatch: [current.etag] } })
      })
      runNow(bindingId)
    },
  }
}
