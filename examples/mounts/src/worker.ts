// workerd serve src/worker.capnp, and Cloudflare Workers. MKCALENDAR is refused there before our code runs: clients use extended MKCOL.
import { createDoors } from './doors.ts'

// At the first request: outside of one, workers may neither draw random bytes nor write.
let doors: ReturnType<typeof createDoors> | null = null

const worker = {
  async fetch(request: Request): Promise<Response> {
    doors ??= createDoors()
    return (await doors)(request)
  },
}

// biome-ignore lint/style/noDefaultExport: the form that the runtime asks for.
export default worker
