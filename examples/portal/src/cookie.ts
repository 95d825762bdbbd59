/** The session's cookie. `__Host-` ties it to exactly this host where the connection is secure. */
const cookieName = (secure: boolean): string => (secure ? '__Host-dayport' : 'dayport')

const attributes = (secure: boolean): string => `; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`

/** `Set-Cookie` that keeps the secret for `maxAgeMs`. */
export const sessionCookie = (secret: string, maxAgeMs: number, secure: boolean): string =>
  `${cookieName(secure)}=${secret}; Max-Age=${Math.floor(maxAgeMs / 1000)}${attributes(secure)}`

/** `Set-Cookie` that forgets it. */
export const endedSessionCookie = (secure: boolean): string => `${cookieName(secure)}=; Max-Age=0${attributes(secure)}`

/** The secret that the request carries; `null` without one. */
export const readSessionCookie = (request: Request, secure: boolean): string | null => {
  const wanted = cookieName(secure)
  for (const part of (request.headers.get('cookie') ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === wanted) return part.slice(at + 1).trim()
  }
  return null
}
