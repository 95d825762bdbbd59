/**
 * Whether a browser sent this on behalf of another site. Browsers say so in Sec-Fetch-Site, older ones by an Origin that is
 * not ours; programs send neither and carry no cookie that a stranger's page could borrow. With SameSite=Lax on the cookie
 * this is the second of two locks against forged requests.
 */
export const isCrossSite = (request: Request, ownOrigin: string): boolean => {
  const site = request.headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin' && site !== 'none') return true
  const origin = request.headers.get('origin')
  return origin !== null && origin !== ownOrigin
}
