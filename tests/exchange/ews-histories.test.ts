import { oddEwsTraits } from '@dayport/testkit'
import { describeFaults, describeHistories, type HistorySide } from './describe-histories.ts'
import { openEwsWorld } from './ews-world.ts'

const side: HistorySide = {
  name: 'Exchange Server',
  open: ({ hidesNew }, broken) => openEwsWorld(hidesNew ? { listedAfterMs: 30_000 } : {}, broken),
  mutants: {
    'does not tell deletions': (peer) => ({
      ...peer,
      changes: async (since, call) => {
        const page = await peer.changes(since, call)
        return { ...page, changes: page.changes.filter(({ etag }) => etag !== null) }
      },
    }),
  },
}

describeFaults(side)
describeHistories(side)
describeHistories({
  name: 'a server with every quirk that was seen',
  open: ({ hidesNew }) => openEwsWorld({ ...oddEwsTraits, listedAfterMs: hidesNew ? 30_000 : 0 }),
})
