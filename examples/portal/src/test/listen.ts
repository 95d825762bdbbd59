import type { TestClient } from './open-test-portal.ts'

/** The stream of one open page, read one message at a time. */
export const listen = async (client: TestClient, query = '') => {
  const response = await client('GET', `/api/live${query}`)
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const next = async (): Promise<{ event: string; data: unknown } | null> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const found = /^event: (\w+)\ndata: (.*)$/.exec(text.slice(0, end))
        text = text.slice(end + 2)
        if (found !== null) return { event: found[1]!, data: JSON.parse(found[2]!) }
        continue
      }
      const { done, value } = await reader.read()
      if (done) return null
      text += value
    }
  }
  return { response, next, leave: () => reader.cancel() }
}
