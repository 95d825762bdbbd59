import { openBrowserPortal, signIn } from './open-browser-portal.ts'
import { files, seed } from './seed.ts'

const world = await openBrowserPortal(seed, files)
const run = (await import(process.argv[2]!)).default as (w: typeof world, s: typeof signIn) => Promise<void>
try {
  await run(world, signIn)
} finally {
  await world.close()
}
process.exit(0)
