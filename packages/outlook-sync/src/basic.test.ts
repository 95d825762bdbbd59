import { describe, expect, it } from 'vitest'
import { ann, envelope, faultIn, openOutlook } from './test-outlook.ts'

describe('Basic in the place of a secret', () => {
  const openBasic = () =>
    openOutlook({
      authenticate: async (request) =>
        request.headers.get('authorization') === 'Basic YW5uOnB3' ? ann : { challenge: ['Basic realm="x"'] },
    })

  it('challenges every request alike, before any list is looked at (specification section 2.2)', async () => {
    const { handler, calendar, guid } = await openBasic()
    const answers = new Set<string>()
    for (const id of [calendar, 'nowhere', '', '%ff']) {
      for (const path of [
        '/_vti_bin/Lists.asmx',
        '/Lists/Calendar/Attachments/1/a',
        '/Lists/Calendar/DispForm.aspx?ID=1',
        '/x',
      ]) {
        for (const method of ['GET', 'POST', 'PUT', 'OPTIONS', 'DELETE']) {
          const body = ['POST', 'PUT'].includes(method)
            ? { body: envelope('GetList', `<listName>${guid}</listName>`) }
            : {}
          const response = await handler(
            new Request(`https://portal.example/outlook/basic/${id}${path}`, { method, ...body }),
          )
          answers.add(`${response.status} ${response.headers.get('www-authenticate')} ${await response.text()}`)
        }
      }
    }
    expect([...answers]).toEqual(['401 Basic realm="x" Sign-in needed\n'])
  })

  it('works with the password, tells strangers’ calendars apart from nothing, and takes XML only (no form of another site)', async () => {
    const { handler, calendar, guid } = await openBasic()
    const ask = (id: string, type: string | null) =>
      handler(
        new Request(`https://portal.example/outlook/basic/${id}/_vti_bin/lists.asmx`, {
          method: 'POST',
          headers: { authorization: 'Basic YW5uOnB3', ...(type === null ? {} : { 'content-type': type }) },
          body: new TextEncoder().encode(envelope('GetList', `<listName>${guid}</listName>`)),
        }),
      )
    expect((await ask(calendar, 'text/xml; charset=utf-8')).status).toBe(200)
    expect((await faultIn(await ask('nowhere', 'text/xml'))).code).toBe('0x82000006')
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', null])
      expect((await ask(calendar, type)).status).toBe(415)
  })
})
