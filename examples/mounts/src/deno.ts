// deno run --allow-net --allow-env --node-modules-dir=manual src/deno.ts
import { createDoors } from './doors.ts'

Deno.serve({ port: Number(Deno.env.get('PORT') ?? 8080), hostname: '127.0.0.1' }, await createDoors())
