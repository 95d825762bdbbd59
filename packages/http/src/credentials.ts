/** Longer headers are no credentials: they would only cost memory. */
const maxHeaderLength = 8_192

const schemeValue = (request: Request, scheme: string): string | null => {
  const header = request.headers.get('authorization')
  if (header === null || header.length > maxHeaderLength) return null
  const space = header.indexOf(' ')
  if (space < 0 || header.slice(0, space).toLowerCase() !== scheme) return null
  return header.slice(space + 1).trim()
}

/**
 * User and password of HTTP Basic; `null` when there are none or they are malformed. Bytes that are not UTF-8 are read as Latin-1,
 * which older clients send. Only the password may hold colons; control characters are refused. RFC 7617 §2–2.1.
 */
export const basicCredentials = (request: Request): { readonly user: string; readonly password: string } | null => {
  const encoded = schemeValue(request, 'basic')
  if (encoded === null) return null
  const latin1 = decodeBase64(encoded)
  if (latin1 === null) return null
  const text = utf8Of(latin1) ?? latin1
  const colon = text.indexOf(':')
  if (colon < 0 || /[\x00-\x1f\x7f]/.test(text)) return null
  return { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** The token of `Authorization: Bearer`; `null` when there is none or it is not of the token's alphabet. RFC 6750 §2.1. */
export const bearerToken = (request: Request): string | null => {
  const token = schemeValue(request, 'bearer')
  return token !== null && /^[A-Za-z0-9\-._~+/]+=*$/.test(token) ? token : null
}

const decodeBase64 = (text: string): string | null => {
  try {
    return atob(text)
  } catch {
    return null
  }
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** `null` when the bytes are not UTF-8. */
const utf8Of = (latin1: string): string | null => {
  if (/^[\x00-\x7f]*$/.test(latin1)) return latin1
  try {
    return strict.decode(Uint8Array.from(latin1, (char) => char.charCodeAt(0)))
  } catch {
    return null
  }
}
