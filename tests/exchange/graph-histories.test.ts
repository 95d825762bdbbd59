import { describeFaults, describeHistories, type HistorySide } from './describe-histories.ts'
import { openGraphWorld } from './graph-world.ts'

const side: HistorySide = {
  name: 'Exchange Online',
  open: ({ hidesNew }, broken) =>
    openGraphWorld({ traits: hidesNew ? { listedAfterMs: 30_000, repeats: true } : {} }, broken),
  mutants: {
    'does not look for touched series': (peer) => ({
      ...peer,
      changes: async (since, call) => {
        const page = await peer.changes(since, call)
        return since?.includes('"phase":"series"') === true ? { ...page, changes: [] } : page
      },
    }),
  },
}

describeFaults(side)
describeHistories(side)
