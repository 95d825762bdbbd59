export { brotliBody } from './brotli-body.ts'
export { closeGracefully, watchConnections } from './close-gracefully.ts'
export {
  createGuardedFetch,
  type GuardedFetch,
  type GuardedFetchInit,
  type GuardedFetchOptions,
} from './guarded-fetch.ts'
export { isPublicAddress } from './guarded-fetch-addresses.ts'
export { hmacSha256 } from './hmac-sha256.ts'
export type { TargetOptions } from './request-target.ts'
export { type NodeListener, type NodeListenerOptions, toNodeListener } from './to-node-listener.ts'
