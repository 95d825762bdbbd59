import { describe, expect, it } from 'vitest'
import { createServer, propBody } from '../../test/server.ts'
import { dav } from './names.ts'

const work = '/dav/calendars/anna/work/'

/** Text of Latin letters and Cyrillic ones, in windows-1251. */
const cp1251 = (text: string): Uint8Array =>
  Uint8Array.from(text, (char) => (char >= 'А' && char <= 'я' ? char.charCodeAt(0) - 0x410 + 0xc0 : char.charCodeAt(0)))
const rename = (declaration: string, name: string) =>
  `${declaration}<propertyupdate xmlns="DAV:"><set><prop><displayname>${name}</displayname></prop></set></propertyupdate>`

describe('XML bodies', () => {
  const nameAfter = async (body: string | Uint8Array, type: string | null) => {
    const { dav: ask, calendar } = createServer()
    await calendar('work')
    const headers: Record<string, string> = type === null ? {} : { 'content-type': type }
    const { status } = await ask('PROPPATCH', work, { body: body as Uint8Array, headers })
    const found = await ask('PROPFIND', work, {
      body: propBody(dav('propfind'), [dav('displayname')]),
      headers: { depth: '0' },
    })
    return [status, found.prop(work, dav('displayname'))?.text]
  }
  const utf8 = (text: string) => new TextEncoder().encode(text)

  it.each([
    ['text/xml', rename('', 'Работа')],
    ['application/xml; charset="utf-8"', rename('<?xml version="1.0" encoding="utf-8"?>', 'Работа')],
    ['text/plain', rename('', 'Работа')],
    [null, rename('', 'Работа')],
  ])('are read whatever Content-Type says: %s', async (type, text) => {
    expect(await nameAfter(utf8(text), type)).toEqual([207, 'Работа'])
  })

  it('are read in the encoding that the header or the declaration names (RFC 7303 §3)', async () => {
    expect(await nameAfter(cp1251(rename('', 'Работа')), 'text/xml; charset=windows-1251')).toEqual([207, 'Работа'])
    const declared = cp1251(rename('<?xml version="1.0" encoding="windows-1251"?>', 'Работа'))
    expect(await nameAfter(declared, 'application/xml')).toEqual([207, 'Работа'])
  })

  it('are 400 in an encoding that they are not, and with a document type in any', async () => {
    expect(await nameAfter(cp1251(rename('', 'Работа')), 'text/xml')).toEqual([400, 'work'])
    expect(await nameAfter(utf8(rename('', 'Работа')), 'text/xml; charset=ebcdic')).toEqual([207, 'Работа'])
    const bomb = '<?xml version="1.0" encoding="iso-8859-1"?><!DOCTYPE p [<!ENTITY a "b">]>'
    expect((await nameAfter(utf8(rename(bomb, 'x')), 'text/xml'))[0]).toBe(403)
  })
})
