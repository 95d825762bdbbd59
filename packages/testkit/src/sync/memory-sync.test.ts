import { createMemoryStore } from '@dayport/core/memory'
import { createMemorySync } from '@dayport/sync-engine'
import { describeSyncStateStore } from './describe-sync-state-store.ts'

describeSyncStateStore('memory', async () => createMemorySync(createMemoryStore()))
