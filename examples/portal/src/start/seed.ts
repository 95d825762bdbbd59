import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { PrincipalId } from '@dayport/core'
import { hashPassword } from '../accounts/passwords.ts'
import type { Person } from '../accounts/people.ts'
import { createCalendarByName } from '../create-calendar.ts'
import type { PortalParts } from '../parts.ts'
import { Seed } from './seed-schema.ts'

/** The seed cannot be used; the message names the place and the reason. */
export class SeedError extends Error {
  override readonly name = 'SeedError'
}

/** Set while a seed is being written, so that a start after a crash does not take half a store for a whole one. */
const marker = 'seeding'

/** What became of the calendar files. */
export interface SeedReport {
  readonly people: number
  readonly calendars: number
  readonly objects: number
  readonly refused: readonly { readonly file: string; readonly uid: string; readonly message: string }[]
}

/**
 * Reads and checks a seed file.
 *
 * @throws {SeedError} naming every place at fault.
 */
export const readSeed = async (file: string): Promise<Seed> => {
  let json: unknown
  try {
    json = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new SeedError(`PORTAL_SEED ${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
  const parsed = Seed.safeParse(json)
  if (parsed.success) return parsed.data
  const places = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new SeedError(`PORTAL_SEED ${file}:\n${places.join('\n')}`)
}

/** Reads the `ics` files of a seed from its own folder. */
export const seedFilesFrom =
  (seedFile: string) =>
  async (name: string): Promise<Uint8Array> => {
    try {
      return new Uint8Array(await readFile(resolve(dirname(seedFile), name)))
    } catch (error) {
      throw new SeedError(`PORTAL_SEED: ${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

/** @throws {SeedError} when an earlier start was interrupted while it filled the store. */
export const assertSeedComplete = ({ settings }: Pick<PortalParts, 'settings'>): void => {
  if (settings.get(marker) === null) return
  throw new SeedError(
    'An earlier start was interrupted while it filled the empty store. Remove DATA_DIR and start again.',
  )
}

/** argon2 works outside the event loop on libuv's four threads; more at once would only hold memory. */
const hashAll = async (passwords: readonly string[]): Promise<string[]> => {
  const hashes: string[] = []
  for (let at = 0; at < passwords.length; at += 4) {
    hashes.push(...(await Promise.all(passwords.slice(at, at + 4).map(hashPassword))))
  }
  return hashes
}

/** Fills an empty store: accounts, groups, calendars with their access, favourites, and the files through the service. */
export const applySeed = async (
  parts: PortalParts,
  seed: Seed,
  readIcs: (name: string) => Promise<Uint8Array>,
): Promise<SeedReport> => {
  const { people, service, favourites, settings } = parts
  // First, so that a file that is not there leaves the store as empty as it was.
  const files = new Map<string, Uint8Array>()
  for (const { ics } of seed.users.flatMap((user) => user.calendars)) {
    if (ics !== undefined) files.set(ics, await readIcs(ics))
  }
  await settings.set(marker, String(parts.now()))

  const hashes = await hashAll(seed.users.map((user) => user.password))
  const made = await people.createAll(
    seed.users.map((user, index) => ({
      login: user.login,
      name: user.name ?? user.login,
      email: user.email,
      kind: user.kind,
      admin: user.admin,
      locale: user.locale,
      timeZone: user.timeZone,
      passwordHash: hashes[index]!,
    })),
  )
  const byLogin = new Map<string, Person>(made.map((person) => [person.login, person]))
  const idOf = (login: string): PrincipalId => byLogin.get(login.normalize('NFC'))!.id

  const report = { people: made.length, calendars: 0, objects: 0, refused: [] as SeedReport['refused'][number][] }
  for (const [index, user] of seed.users.entries()) {
    if (user.members.length > 0) await people.setMembers(made[index]!.id, user.members.map(idOf))
  }

  for (const [index, user] of seed.users.entries()) {
    const person = made[index]!
    const who = { id: person.id, groups: [] }
    for (const [order, wanted] of user.calendars.entries()) {
      const calendar = await createCalendarByName(parts, who, {
        displayName: wanted.name,
        description: wanted.description,
        color: wanted.color,
        components: wanted.components,
        exportAllowed: wanted.exportAllowed,
        order,
        access: wanted.access.map(({ login, level }) => ({ principal: idOf(login), level })),
      })
      report.calendars += 1
      for (const login of wanted.favouriteOf) await favourites.add(idOf(login), calendar.id)
      if (wanted.ics === undefined) continue
      const file = wanted.ics
      const result = await service.importCalendar(who, calendar.id, files.get(file)!, {
        mode: 'replace',
        origin: { door: 'import', operation: 'seed' },
      })
      report.objects += result.created + result.updated
      report.refused.push(...result.refused.map(({ uid, message }) => ({ file, uid, message })))
    }
    await parts.provision(person, who)
  }
  await settings.remove(marker)
  return report
}
