export { closeGracefully } from './close-gracefully.ts'
export type { TargetOptions } from './request-target.ts'
export { type NodeListener, type NodeListenerOptions, toNodeListener } from './to-node-listener.ts'
