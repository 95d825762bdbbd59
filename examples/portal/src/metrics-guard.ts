import { createHash, timingSafeEqual } from 'node:crypto'
import { bearerToken, clientAddress } from '@dayport/http'
import { isLoopback } from './config.ts'

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Headers by which proxies say that a request came from elsewhere. */
const forwarding = ['forwarded', 'x-forwarded-for', 'x-real-ip']

/**
 * Who may read /metrics: this machine, and who brings the token. A request that a proxy on this machine passes on comes from
 * elsewhere: with PUBLIC_URL its true address is known, without it any forwarding header gives it away.
 */
export const metricsGuard = ({
  token,
  behindProxy,
}: {
  /** `null`: no token opens it. */
  readonly token: string | null
  readonly behindProxy: boolean
}): ((request: Request) => boolean) => {
  const wanted = token === null ? null : digest(token)
  return (request) => {
    const given = bearerToken(request)
    if (wanted !== null && given !== null && timingSafeEqual(digest(given), wanted)) return true
    const address = clientAddress(request)
    if (address === null || !isLoopback(address)) return false
    return behindProxy || !forwarding.some((name) => request.headers.has(name))
  }
}
