import type { WriteOptions } from '@dayport/core'
import { refusal } from '../errors.ts'
import type { Exchange } from '../exchange.ts'
import { dav } from '../wire/names.ts'
import type { FileStore } from './file-store.ts'

/**
 * Whether that much more may be kept; within the unit of work that keeps it.
 *
 * @throws {DavError} 507 quota-not-exceeded (RFC 4331 §6), also for too many files.
 */
export const assertRoom = async (
  x: Exchange,
  files: FileStore,
  more: { readonly bytes: number; readonly nodes: number },
  call: WriteOptions,
): Promise<void> => {
  const used = await files.usage(x.me.id, call)
  const fits = used.bytes + more.bytes <= x.limits.maxFilesBytes && used.nodes + more.nodes <= x.limits.maxFiles
  if (!fits && (more.bytes > 0 || more.nodes > 0)) throw refusal(507, dav('quota-not-exceeded'))
}
