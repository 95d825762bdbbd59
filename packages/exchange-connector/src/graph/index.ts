export { defaultMappingOptions, type MappingOptions, type UnrepresentableReason } from '../event/options.ts'
export { createGraphClient, type GraphClient, type GraphClientOptions } from './client.ts'
export {
  type GraphStepResult,
  type GraphTestOptions,
  type GraphTestStep,
  testGraphConnection,
} from './connection-test.ts'
export {
  type GraphCalendar,
  type GraphResponse,
  listGraphCalendars,
  translateEwsIds,
} from './mailbox.ts'
export { createGraphPeer, type GraphPeer, type GraphPeerOptions } from './peer.ts'
export type { GraphAnswer, GraphRequest, SendOptions } from './request.ts'
export {
  createGraphSubscriptions,
  createMemorySubscriptionStore,
  type GraphLifecycleEvent,
  type GraphSubscription,
  type GraphSubscriptionStore,
  type GraphSubscriptions,
  type GraphSubscriptionsOptions,
} from './subscriptions.ts'
export { type ClientCredentialsOptions, createClientCredentials, type TokenSource } from './tokens.ts'
export { createGraphWebhook, type GraphHint, type GraphWebhookOptions } from './webhook.ts'
