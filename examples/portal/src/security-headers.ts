/** Scripts, styles and pictures of our own origin only; nothing inline, nobody may frame the page. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Headers of every answer that hono gives. The DAV and feed handlers set their own where they differ. */
export const securityHeaders = (secure: boolean): Readonly<Record<string, string>> => ({
  'Content-Security-Policy': pagePolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  ...(secure ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
})
