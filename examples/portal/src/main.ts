import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { destination } from 'pino'
import { ConfigError, readConfig } from './config.ts'
import { createLog } from './log.ts'
import { openPortal } from './open-portal.ts'
import { fillEmptyStore } from './start/fill.ts'
import { SeedError } from './start/seed.ts'
import { serve } from './start/server.ts'

/** Runs until SIGTERM or SIGINT. */
const main = async (): Promise<void> => {
  // The database, its keys and uploads are for the portal's own user, wherever DATA_DIR was made.
  process.umask(0o077)
  const config = readConfig(process.env)
  // Gathered: a write for each request costs more than many a request.
  const output = destination({ dest: 1, sync: false, minLength: 4_096, periodicFlush: 200 })
  const log = createLog(output)
  const web = fileURLToPath(new URL('./web', import.meta.url))
  const portal = await openPortal(config, { log, webRoot: existsSync(web) ? web : null, version: '0.0.0' })
  const notes = await fillEmptyStore(portal.parts, config, log)
  output.flushSync()
  // People read these lines, not programs: they stay out of the log, which may be kept longer than a one-time code should be.
  // Before listening, because a port that is taken must not cost the only sight of the demo's passwords.
  for (const line of notes) process.stdout.write(`  ${line}\n`)
  // A mailbox that cannot be reached must not keep everybody else from their calendars.
  await portal.parts.exchange.start().catch((error: unknown) => log.error({ err: error }, 'Exchange was not started'))
  await portal.parts.joined
    .start()
    .catch((error: unknown) => log.error({ err: error }, 'outside calendars were not started'))
  const running = await serve(portal, config, (error) => log.error({ err: error }, 'an answer could not be sent'))
  process.stdout.write(`\n  Dayport portal: ${config.publicUrl ?? running.url}\n\n`)

  const stop = (signal: string): void => {
    log.info({ signal }, 'stopping')
    running.stop().then(
      () => {
        log.info('stopped')
        output.flushSync()
        process.exit(0)
      },
      (error: unknown) => {
        log.error({ err: error }, 'the portal did not stop cleanly')
        output.flushSync()
        process.exit(1)
      },
    )
  }
  process.once('SIGTERM', () => stop('SIGTERM'))
  process.once('SIGINT', () => stop('SIGINT'))
}

main().catch((error: unknown) => {
  // A wrong setting is the reader's to mend: its message says how, a stack would hide it. So are the system's refusals.
  const expected =
    error instanceof ConfigError || error instanceof SeedError || (error instanceof Error && 'syscall' in error)
  process.stderr.write(`${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(1)
})
