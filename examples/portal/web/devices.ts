import type { AppPassword } from './api.ts'

/** How long a device is still listed that cannot tell that it was removed, or that waits for a new password. */
const lingerMs = 7 * 86_400_000

/** How a device stands; `null`: it is not listed any more. */
export type DeviceState = 'works' | 'unused' | 'wrong-password' | 'revoked' | null

const isAndroid = (userAgent: string | null): boolean => /DAVx5|Android|ICSx5/i.test(userAgent ?? '')

/**
 * The state of a device by its password. Whoever tries a revoked password is told to be given a new one; Android does not say that an
 * account was removed, so that it stays listed for seven days after its last call; what was revoked on this visit stays, struck through.
 */
export const deviceState = (
  { id, lastUsedMs, lastUserAgent, lastRefusedMs, revokedMs }: AppPassword,
  { nowMs, revokedHere }: { readonly nowMs: number; readonly revokedHere: ReadonlySet<string> },
): DeviceState => {
  if (revokedMs === null) return lastUsedMs === null ? 'unused' : 'works'
  if (lastRefusedMs !== null && nowMs - lastRefusedMs < lingerMs) return 'wrong-password'
  const lingers = isAndroid(lastUserAgent) && lastUsedMs !== null && nowMs - lastUsedMs < lingerMs
  return lingers || revokedHere.has(id) ? 'revoked' : null
}
