export {
  createGraphClient,
  type GraphAnswer,
  type GraphClient,
  type GraphClientOptions,
  type GraphRequest,
  type SendOptions,
} from './client.ts'
export {
  type GraphCalendar,
  type GraphResponse,
  listGraphCalendars,
  translateEwsIds,
} from './mailbox.ts'
export { createGraphPeer, type GraphPeer, type GraphPeerOptions } from './peer.ts'
export { type ClientCredentialsOptions, createClientCredentials, type TokenSource } from './tokens.ts'
