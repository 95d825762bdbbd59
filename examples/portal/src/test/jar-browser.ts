/** A browser that follows redirects and keeps its cookies for each host; `portal.test` is the portal, all other hosts are real. */
export const createJarBrowser = (portal: (request: Request) => Promise<Response>) => {
  const jars = new Map<string, Map<string, string>>()
  const jarOf = (host: string): Map<string, string> => {
    const jar = jars.get(host) ?? new Map<string, string>()
    jars.set(host, jar)
    return jar
  }

  const send = async (method: string, url: string, type: string | null, body?: string): Promise<Response> => {
    const { host } = new URL(url)
    const jar = jarOf(host)
    const headers = {
      cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
      ...(type === null ? {} : { 'content-type': type }),
    }
    const init = { method, headers, redirect: 'manual' as const, ...(body === undefined ? {} : { body }) }
    const response = host === 'portal.test' ? await portal(new Request(url, init)) : await fetch(url, init)
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /Max-Age=0|1970/.test(line)) jar.delete(name)
      else jar.set(name, value)
    }
    return response
  }

  const go = async (
    method: string,
    url: string,
    body?: URLSearchParams,
  ): Promise<{ url: string; response: Response }> => {
    const type = body === undefined ? null : 'application/x-www-form-urlencoded'
    const response = await send(method, url, type, body?.toString())
    const location = response.headers.get('location')
    if (location === null || response.status < 300 || response.status > 399) return { url, response }
    return go('GET', new URL(location, url).href)
  }

  return {
    /** A form or a link. @returns where it ends. */
    go,
    /** What a page's script sends to the portal. */
    json: (method: string, path: string, body: unknown): Promise<Response> =>
      send(method, `http://portal.test${path}`, 'application/json', JSON.stringify(body)),
    cookies: jarOf,
  }
}
