import { z } from 'zod'

const port = z.coerce.number().int().min(0).max(65_535)

const publicUrl = z
  .url({ protocol: /^https?$/ })
  .refine((text) => new URL(text).pathname === '/' && new URL(text).search === '', 'must be an origin, without a path')
  .transform((text) => new URL(text).origin)

/** The environment, CONTRACT "Starting". Variables that are empty count as absent. */
const environment = z.object({
  PORT: port.default(8080),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: z
    .undefined({ error: 'is set, but this version keeps its data in SQLite only: unset it and choose a DATA_DIR' })
    .optional(),
  PUBLIC_URL: publicUrl.optional(),
  PORTAL_SEED: z.string().min(1).optional(),
  PORTAL_DEMO: z.enum(['0', '1']).default('1'),
  METRICS_TOKEN: z.string().min(16, 'must have 16 characters or more').optional(),
  PROFILE_CERTIFICATE: z.string().min(1).optional(),
  PROFILE_KEY: z.string().min(1).optional(),
  OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
})

/** Sign-in at a provider of the host, OpenID Connect. */
export interface OidcConfig {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
}

/** Several variables that make sense together only. @throws {ConfigError} when some of them are missing. */
const together = (given: Readonly<Record<string, string | undefined>>): boolean => {
  const missing = Object.keys(given).filter((name) => given[name] === undefined)
  if (missing.length === Object.keys(given).length) return false
  if (missing.length > 0)
    throw new ConfigError(missing.map((name) => `${name}: is needed by the others of its kind`).join('\n'))
  return true
}

/** How the portal was asked to run. */
export interface PortalConfig {
  /** TCP port; 0 lets the system choose. */
  readonly port: number
  readonly host: string
  readonly dataDir: string
  /** Origin that people see, behind a proxy; `null` follows the Host header of each request. */
  readonly publicUrl: string | null
  /** JSON file that fills an empty store; `null` when not asked for. */
  readonly seedFile: string | null
  /** Whether an empty store gets demo people: only on a loopback host, and not when PORTAL_DEMO is 0. */
  readonly demo: boolean
  /** Opens /metrics to other hosts as a bearer token; `null` leaves it to this machine. */
  readonly metricsToken: string | null
  /** PEM files that sign Apple profiles, the certificate with its chain; `null` leaves profiles unsigned. */
  readonly profileSigner: { readonly certificateFile: string; readonly keyFile: string } | null
  /** `null`: people sign in with a password of the portal. */
  readonly oidc: OidcConfig | null
}

/** The environment does not make sense; the message names every variable at fault. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Whether a host name or address means this machine. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(host)

/**
 * Reads the configuration from environment variables.
 *
 * @throws {ConfigError} with one line per variable at fault.
 */
export const readConfig = (env: Readonly<Record<string, string | undefined>>): PortalConfig => {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = environment.safeParse(given)
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'))
  }
  const {
    PORT,
    HOST,
    DATA_DIR,
    PUBLIC_URL,
    PORTAL_SEED,
    PORTAL_DEMO,
    METRICS_TOKEN,
    PROFILE_CERTIFICATE,
    PROFILE_KEY,
  } = parsed.data
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET } = parsed.data
  const signs = together({ PROFILE_CERTIFICATE, PROFILE_KEY })
  const oidc = together({ OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET })
  return {
    port: PORT,
    host: HOST,
    dataDir: DATA_DIR,
    publicUrl: PUBLIC_URL ?? null,
    seedFile: PORTAL_SEED ?? null,
    demo: PORTAL_DEMO === '1' && isLoopback(HOST),
    metricsToken: METRICS_TOKEN ?? null,
    profileSigner: signs ? { certificateFile: PROFILE_CERTIFICATE ?? '', keyFile: PROFILE_KEY ?? '' } : null,
    oidc: oidc
      ? { issuer: OIDC_ISSUER ?? '', clientId: OIDC_CLIENT_ID ?? '', clientSecret: OIDC_CLIENT_SECRET ?? '' }
      : null,
  }
}
