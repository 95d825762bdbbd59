import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { createDoors } from './doors.ts'

const doors = await createDoors()
const app = new Hono()

// `all` is every method, those of WebDAV too.
app.all('*', (context) => doors(context.req.raw))

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 8080), hostname: '127.0.0.1' })
