import { createMemoryDav } from '@dayport/caldav-protocol'
import { createMemoryStore } from '@dayport/core/memory'
import { describeDavStore } from './describe-dav-store.ts'

describeDavStore('memory', async () => createMemoryDav(createMemoryStore()))
