import { describeDavStore } from '@dayport/testkit'
import { openSqliteStore } from './open-sqlite-store.ts'

describeDavStore('sqlite', async () => {
  const store = openSqliteStore(':memory:')
  return { store, files: store.files, properties: store.properties, close: () => store.close() }
})
