import { describeSyncStateStore } from '@dayport/testkit'
import { openSqliteStore } from './open-sqlite-store.ts'

describeSyncStateStore('sqlite', async () => {
  const store = openSqliteStore(':memory:')
  return { store, state: store.syncState, close: () => store.close() }
})
