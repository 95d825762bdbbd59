import { createMemoryStore } from '@dayport/core/memory'
import { createMemoryOutlook } from '@dayport/outlook-sync'
import { describeOutlookStore } from './describe-outlook-store.ts'

describeOutlookStore('memory', async () => createMemoryOutlook(createMemoryStore()))
