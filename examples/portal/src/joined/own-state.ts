import type { SyncStateStore } from '@dayport/sync-engine'

/** The state store as one of several engines over it sees it: an engine begins the connections that it is shown. */
export const ownState = (state: SyncStateStore, isOwn: (connection: string) => boolean): SyncStateStore => ({
  ...state,
  listConnections: async (options) => (await state.listConnections(options)).filter(({ id }) => isOwn(id)),
})
