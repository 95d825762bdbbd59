export { createCalDavHandler } from './handler.ts'
export { type CalDavLimits, type CalDavOptions, type CalDavService, defaultCalDavLimits } from './options.ts'
export { type WellKnownOptions, wellKnownCalDav } from './well-known.ts'
