#!/usr/bin/env node
import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { createGuardedFetch } from '@dayport/http/node'
import { maxBytes, run } from './run.ts'

process.exitCode = await run(process.argv.slice(2), {
  readFile,
  fetch: createGuardedFetch({ maxBytes }),
  fetchInside: createGuardedFetch({ maxBytes, allow: () => true, allowPort: () => true }),
  print: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
})
