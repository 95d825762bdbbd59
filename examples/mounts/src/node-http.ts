import { createServer } from 'node:http'
import { toNodeListener } from '@dayport/http/node'
import { createDoors } from './doors.ts'

const listener = toNodeListener(await createDoors())

// `checkContinue` too: then 100 Continue waits until the body is wanted, and a refused upload is never sent.
createServer(listener)
  .on('checkContinue', listener)
  .listen(Number(process.env.PORT ?? 8080), '127.0.0.1')
