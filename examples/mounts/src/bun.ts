// bun src/bun.ts
import { createDoors } from './doors.ts'

Bun.serve({ port: Number(Bun.env.PORT ?? 8080), hostname: '127.0.0.1', fetch: await createDoors() })
