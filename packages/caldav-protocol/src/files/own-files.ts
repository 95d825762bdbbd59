import { DavError, notFound } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import type { Address } from '../wire/hrefs.ts'
import type { FilePath } from './file-store.ts'

/** Names longer than most file systems take, and deeper trees, are refused. */
const maxNameLength = 255
const maxDepth = 50

/**
 * Files are their owner's alone: at others' addresses nothing is there, whoever asks, and nothing can be made.
 *
 * @throws {DavError} 404; 414 for an address that is too long to keep.
 */
export const assertOwnFiles = async (x: Exchange, address: Address = x.address): Promise<void> => {
  if (address.kind !== 'file' || x.files === null) throw notFound()
  const owner = address.login === x.me.login ? x.me : await x.principals.findPrincipal(address.login)
  if (owner?.id !== x.me.id) throw notFound()
  assertPath(address.path)
}

const assertPath = (path: FilePath): void => {
  const names = path.split('/')
  if (names.length > maxDepth || names.some((name) => name.length > maxNameLength)) {
    throw new DavError(414, { message: `Expected at most ${maxDepth} names of at most ${maxNameLength} characters` })
  }
}
