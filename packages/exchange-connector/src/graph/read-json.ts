/** The body as JSON; `null` when it is empty, `undefined` when it is none, is cut off or has more bytes than that. */
export const readJson = async (response: Response, maxBytes: number): Promise<unknown> => {
  const text = await readText(response, maxBytes)
  if (text === undefined) return undefined
  if (text.trim() === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const readText = async (response: Response, maxBytes: number): Promise<string | undefined> => {
  if (response.body === null) return ''
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return text + decoder.decode()
      bytes += value.byteLength
      if (bytes > maxBytes) {
        await reader.cancel()
        return undefined
      }
      text += decoder.decode(value, { stream: true })
    }
  } catch {
    return undefined
  }
}
