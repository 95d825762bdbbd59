import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { closeGracefully, toNodeListener } from '@dayport/http/node'
import { openGround, openWorld } from './world.ts'

/** A calendar of Ann's with a connected Outlook, behind node:http on a port of its own. */
export const serveWorld = async () => {
  const ground = openGround('memory')
  const world = await openWorld(ground)
  const { pathname } = new URL(await world.connect('PC'))
  const server = createServer(toNodeListener(world.outlook))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    world,
    /** `base-url`. */
    url: `http://127.0.0.1:${port}${pathname}`,
    close: async (): Promise<void> => {
      await closeGracefully(server, { timeoutMs: 5_000 })
      await ground.close()
    },
  }
}
