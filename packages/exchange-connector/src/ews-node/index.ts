export { createNtlmFetch, type NtlmFetchOptions } from './ntlm-fetch.ts'
