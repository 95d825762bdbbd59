import { toNodeListener } from '@dayport/http/node'
import { fastify } from 'fastify'
import { createDoors } from './doors.ts'

const listener = toNodeListener(await createDoors())
const app = fastify({ exposeHeadRoutes: false })

const davMethods = ['PROPFIND', 'PROPPATCH', 'REPORT', 'MKCOL', 'MKCALENDAR']
for (const method of davMethods) app.addHttpMethod(method, { hasBody: true })
// No parser touches the body: the handler reads it itself, with its own limits.
app.removeAllContentTypeParsers()
app.addContentTypeParser('*', (_request, _payload, done) => done(null))
app.route({
  method: ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', ...davMethods],
  url: '/*',
  handler: (request, reply) => {
    reply.hijack()
    listener(request.raw, reply.raw)
  },
})

await app.listen({ port: Number(process.env.PORT ?? 8080), host: '127.0.0.1' })
