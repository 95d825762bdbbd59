import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Keys of the portal, 256 random bits each; they live beside the database, never in it. */
export interface PortalKeys {
  /** Addresses of feed links are derived with it. */
  readonly feedLinks: Uint8Array
  /** Addresses of Outlook connections are derived with it. */
  readonly outlookConnections: Uint8Array
  /** App passwords are hashed with it. */
  readonly appPasswords: Uint8Array
  /** Names and UIDs of events are hidden with it from people who may see busy times or titles only. */
  readonly projections: Uint8Array
  /** Secrets that the portal itself has to use are sealed with it: the password of Exchange's service account. */
  readonly vault: Uint8Array
  /** Verified account passwords are remembered with it; made anew at each start. */
  readonly verified: Uint8Array
}

const readOrMake = async (path: string, randomBytes: (length: number) => Uint8Array): Promise<Uint8Array> => {
  try {
    // `wx` makes and fills it only when it is not there: two starts at once cannot end with two keys.
    const file = await open(path, 'wx', 0o600)
    const key = randomBytes(32)
    try {
      await file.writeFile(Buffer.from(key).toString('base64url'))
      await file.sync()
    } finally {
      await file.close()
    }
    return key
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64url')
  // A short key would come from an interrupted write or a person's editor; going on with it would be quietly unsafe.
  if (key.length !== 32) throw new Error(`${path} holds no key of 32 bytes; restore it, or remove it to make a new one`)
  return new Uint8Array(key)
}

/** Reads the keys below `dataDir`, making them on the first start; readable by the portal's user only. */
export const openKeys = async (dataDir: string, randomBytes: (length: number) => Uint8Array): Promise<PortalKeys> => {
  const folder = join(dataDir, 'keys')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return {
    feedLinks: await readOrMake(join(folder, 'feed-links'), randomBytes),
    outlookConnections: await readOrMake(join(folder, 'outlook-connections'), randomBytes),
    appPasswords: await readOrMake(join(folder, 'app-passwords'), randomBytes),
    projections: await readOrMake(join(folder, 'projections'), randomBytes),
    vault: await readOrMake(join(folder, 'vault'), randomBytes),
    verified: randomBytes(32),
  }
}
