import { toNodeListener } from '@dayport/http/node'
import express from 'express'
import { createDoors } from './doors.ts'

const app = express()

// Before any body parser: the handler reads the body itself, with its own limits.
app.use(toNodeListener(await createDoors()))

app.listen(Number(process.env.PORT ?? 8080), '127.0.0.1')
