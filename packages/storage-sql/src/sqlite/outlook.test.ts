import { describeOutlookStore } from '@dayport/testkit'
import { openSqliteStore } from './open-sqlite-store.ts'

describeOutlookStore('sqlite', async () => {
  const store = openSqliteStore(':memory:')
  return {
    store,
    bindings: store.outlookBindings,
    connections: store.outlookConnections,
    close: () => store.close(),
  }
})
