import { describe, expect, it } from 'vitest'
import { toBytes } from './bytes.ts'
import { toUtf8 } from './charset.ts'
import { parseCalendar } from './parse.ts'

const wrap = (line: string) => `BEGIN:VCALENDAR\r\nX-A:1\n${line}\r\nEND:VCALENDAR\r\n`
/** windows-1251 has А–я from 0xC0. */
const cp1251 = (text: string) =>
  Uint8Array.from(text, (char) => (char >= 'А' && char <= 'я' ? char.charCodeAt(0) - 0x410 + 0xc0 : char.charCodeAt(0)))
const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0))
const summary = (bytes: Uint8Array) => parseCalendar(bytes).calendars[0]?.property('SUMMARY')?.value

describe('toUtf8', () => {
  it('gives valid UTF-8 back as it came, also where a fold splits a letter', () => {
    const plain = toBytes(wrap('SUMMARY:Привет'))
    expect(toUtf8(plain)).toEqual({ bytes: plain, converted: false })
    expect(toUtf8(plain).bytes).toBe(plain)
    const split = Buffer.concat([
      toBytes('BEGIN:VCALENDAR\r\nSUMMARY:'),
      Uint8Array.of(0xd0),
      toBytes('\r\n '),
      Uint8Array.of(0x9f),
      toBytes('\r\nEND:VCALENDAR\r\n'),
    ])
    expect(toUtf8(split, 'text/calendar; charset=windows-1251').bytes).toBe(split)
    expect(summary(split)).toBe('П')
  })

  it('reads UTF-16 with and without a BOM', () => {
    const text = wrap('SUMMARY:Привет')
    const little = Buffer.from(`\ufeff${text}`, 'utf16le')
    for (const bytes of [
      little,
      Buffer.from(little).swap16(),
      little.subarray(2),
      Buffer.from(little.subarray(2)).swap16(),
    ]) {
      expect(toUtf8(bytes).converted).toBe(true)
      expect(summary(toUtf8(bytes).bytes)).toBe('Привет')
    }
  })

  it('follows a declared charset', () => {
    const koi8 = Uint8Array.of(
      ...toBytes('BEGIN:VCALENDAR\r\nSUMMARY:'),
      0xf0,
      0xd2,
      0xc9,
      ...toBytes('\r\nEND:VCALENDAR\r\n'),
    )
    expect(summary(toUtf8(koi8, 'text/calendar; component=vevent; charset="KOI8-R"').bytes)).toBe('При')
  })

  it('guesses windows-1251 for Cyrillic words and windows-1252 for single letters, and keeps the sound lines', () => {
    const russian = toUtf8(cp1251(wrap('SUMMARY:Встреча с отделом')), 'text/calendar; charset=utf-8')
    expect(new TextDecoder().decode(russian.bytes)).toBe(wrap('SUMMARY:Встреча с отделом'))
    const french = toUtf8(latin1(wrap('SUMMARY:Réunion à l’été'.replace('’', "'"))), 'text/calendar; charset=no-such')
    expect(french.converted).toBe(true)
    expect(summary(french.bytes)).toBe("Réunion à l'été")
  })

  it('mends damaged UTF-8 with U+FFFD instead of guessing', () => {
    const bytes = toBytes(wrap('SUMMARY:時刻は指定'))
    const damaged = bytes.slice()
    damaged[bytes.indexOf(0xe6)] = 0x3f
    expect(summary(toUtf8(damaged).bytes)).toBe('?\ufffd\ufffd刻は指定')
  })
})
