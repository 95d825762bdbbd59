export { discoverCalendars, type RemoteCalendar } from './discover.ts'
export { type CalDavPeerOptions, createCalDavPeer } from './peer.ts'
export type { CalDavClientOptions } from './transport.ts'
