export type { AppPasswordRecord, AppPasswordStore } from './app-password-store.ts'
export {
  type AppPasswordDraft,
  type AppPasswords,
  type AppPasswordsOptions,
  createAppPasswords,
} from './app-passwords.ts'
export { type Authenticate, type Challenge, challengeResponse, firstOf, isChallenge } from './authenticate.ts'
export { type BasicAuthenticateOptions, createBasicAuthenticate } from './basic.ts'
export { type BearerAuthenticateOptions, createBearerAuthenticate } from './bearer.ts'
export { clientAddress, rememberClientAddress } from './client-address.ts'
export { isModifiedSince, isNotModified, writeCondition } from './conditions.ts'
export { basicCredentials, bearerToken } from './credentials.ts'
export { httpDate, parseHttpDate } from './dates.ts'
export { createFailureLimit, type FailureLimit, type FailureLimitOptions } from './failure-limit.ts'
export { GuardedFetchError, type GuardedFetchErrorCode } from './guarded-fetch-error.ts'
export type { GuessLimits } from './guess-guard.ts'
export { HttpError, type HttpErrorOptions } from './http-error.ts'
export {
  createKeyedHash,
  equalInConstantTime,
  type HashKey,
  type HmacSha256,
  type KeyedHash,
  toBase64Url,
} from './keyed-hash.ts'
export { type ReadBodyOptions, readBody } from './read-body.ts'
export { type RememberedVerify, type RememberVerifiedOptions, rememberVerified } from './remember-verified.ts'
export { type StreamBodyOptions, streamBody } from './stream-body.ts'
