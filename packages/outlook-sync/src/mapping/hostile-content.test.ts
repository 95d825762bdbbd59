import { describe, expect, it } from 'vitest'
import { calendar, context, event, items, mapping, only, upload } from './test-mapping.ts'

const many = 60_000

/** Each takes a second at most; as the square of its length, up to minutes. */
describe('content that is made to be slow', { timeout: 30_000 }, () => {
  it('is many files of one name', () => {
    const file = 'ATTACH;ENCODING=BASE64;VALUE=BINARY;FILENAME=A.txt:YQ=='
    const { attachments } = only(calendar(event('DTSTART:20260310T100000Z', ...Array<string>(many).fill(file))))
    expect([attachments[0]?.name, attachments[1]?.name, attachments.at(-1)?.name]).toEqual([
      'A.txt',
      '2-A.txt',
      `${many}-A.txt`,
    ])
  })

  it('is a file name of blanks and dots', () => {
    const file = `ATTACH;ENCODING=BASE64;VALUE=BINARY;FILENAME="a${'. '.repeat(200_000)}b. .":YQ==`
    expect(only(calendar(event('DTSTART:20260310T100000Z', file))).attachments[0]?.name).toMatch(/^a\. \. /)
    const short = 'ATTACH;ENCODING=BASE64;VALUE=BINARY;FILENAME=" .a. b. .":YQ=='
    expect(only(calendar(event('DTSTART:20260310T100000Z', short))).attachments[0]?.name).toBe('a. b')
  })

  it('is a list of very many categories that comes back in another order', () => {
    const names = Array.from({ length: many }, (_, index) => `c${index}`)
    const data = calendar(event('DTSTART:20260310T100000Z', `CATEGORIES:${names.join()}`))
    const sent = upload({}, { Categories: names.toReversed().join('; ') })
    expect(mapping.update(data, 'event', sent, context).data).toBe(data)
  })

  it('is an event on very many dates', { timeout: 8000 }, () => {
    const dates = Array.from({ length: 12_000 }, (_, index) => {
      const iso = new Date(Date.UTC(2026, 2, 11, 10) + index * 86_400_000).toISOString()
      return `RDATE:${iso.slice(0, 19).replace(/[-:]/g, '')}Z`
    })
    expect(items(calendar(event('DTSTART:20260310T100000Z', ...dates, 'SUMMARY:Last')))).toMatchObject({
      length: 12_000,
      11999: { title: 'Last' },
    })
  })
})
