export { createCalDavHandler } from './handler.ts'
export {
  type CalDavLimits,
  type CalDavOptions,
  type CalDavService,
  type CalDavStore,
  defaultCalDavLimits,
} from './options.ts'
export { type WellKnownOptions, wellKnownCalDav } from './well-known.ts'
