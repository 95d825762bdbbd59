#!/usr/bin/env node
import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { run } from './run.ts'

process.exitCode = await run(process.argv.slice(2), {
  readFile,
  fetch,
  print: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
})
