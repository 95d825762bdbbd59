import { randomBytes } from 'node:crypto'
import type { PortalConfig } from '../config.ts'
import type { Logger } from '../log.ts'
import type { PortalParts } from '../parts.ts'
import { demoFiles, demoSeed } from './demo.ts'
import { applySeed, assertSeedComplete, readSeed, type SeedReport, seedFilesFrom } from './seed.ts'

const logReport = (log: Logger, report: SeedReport): void => {
  const { people, calendars, objects, refused } = report
  log.info({ people, calendars, objects, refused: refused.length }, 'the empty store was filled')
  for (const one of refused.slice(0, 20)) log.warn(one, 'an event of the seed was not taken')
}

/**
 * Gives an empty store its first people: from PORTAL_SEED, else demo people, else nobody, and then the wizard is open.
 *
 * @returns lines for the console: sign-ins that are shown this once.
 * @throws {SeedError} when the seed cannot be used.
 */
export const fillEmptyStore = async (parts: PortalParts, config: PortalConfig, log: Logger): Promise<string[]> => {
  assertSeedComplete(parts)
  if (!parts.people.isEmpty()) {
    if (config.seedFile !== null) log.warn('PORTAL_SEED is left aside: the store is not empty')
    return []
  }
  if (config.seedFile !== null) {
    const seed = await readSeed(config.seedFile)
    logReport(log, await applySeed(parts, seed, seedFilesFrom(config.seedFile)))
    return []
  }
  if (!config.demo) return [`First start: open the page and enter this code once: ${parts.setupCode.shown}`]
  const seed = demoSeed(randomBytes)
  logReport(log, await applySeed(parts, seed, demoFiles(parts.now())))
  await parts.company.make('ru', 'Europe/Moscow')
  return [
    'Demo people, shown this once (PORTAL_DEMO=0 starts with a wizard instead):',
    ...seed.users.filter(({ kind }) => kind === 'individual').map(({ login, password }) => `  ${login}  ${password}`),
  ]
}
