import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isModifiedSince, isNotModified, writeCondition } from './conditions.ts'
import { httpDate, parseHttpDate } from './dates.ts'
import { HttpError } from './http-error.ts'

const conditionOf = (headers: Record<string, string>) => writeCondition(new Headers(headers))

describe('writeCondition', () => {
  it.each([
    [{}, undefined],
    [{ 'If-Match': '"a"' }, { ifMatch: ['"a"'] }],
    [{ 'If-Match': ' "a" ,\t"b,c",, "d" ' }, { ifMatch: ['"a"', '"b,c"', '"d"'] }],
    [{ 'If-Match': '*' }, { ifMatch: '*' }],
    [{ 'If-None-Match': ' * ' }, { ifNoneMatch: '*' }],
    [{ 'If-None-Match': '"a", W/"b"' }, { ifNoneMatch: ['"a"', '"b"'] }],
  ])('reads %j (RFC 9110 §13.1)', (headers, condition) => {
    expect(conditionOf(headers)).toEqual(condition)
  })

  it('leaves weak tags out of If-Match, because they never match strongly (§13.1.1)', () => {
    expect(conditionOf({ 'If-Match': 'W/"a", "b"' })).toEqual({ ifMatch: ['"b"'] })
    expect(conditionOf({ 'If-Match': 'W/"a"' })).toEqual({ ifMatch: [] })
  })

  it('holds for both headers at once what holds for each', () => {
    expect(conditionOf({ 'If-Match': '"a", "b"', 'If-None-Match': '"b"' })).toEqual({ ifMatch: ['"a"'] })
    expect(conditionOf({ 'If-Match': '"a"', 'If-None-Match': '*' })).toEqual({ ifMatch: [] })
  })

  it.each(['', 'a', '"a', '"a" "b"', '*, "a"', 'w/"a"', '"a";"b"'])('answers 400 to the malformed %j', (text) => {
    const headers = new Headers()
    headers.set('If-Match', text)
    expect(() => writeCondition(headers)).toThrow(expect.objectContaining({ name: 'HttpError', status: 400 }))
  })

  it('never does anything with any header but read it or refuse it', () => {
    const header = fc.string({ unit: fc.constantFrom('"', 'W', '/', ',', ' ', '*', 'a', '\\'), maxLength: 30 })
    fc.assert(
      fc.property(header, (text) => {
        try {
          const condition = conditionOf({ 'If-Match': text })
          return condition !== undefined && 'ifMatch' in condition
        } catch (error) {
          return HttpError.is(error)
        }
      }),
    )
  })
})

describe('isNotModified', () => {
  const state = { etag: '"a"', lastModifiedMs: Date.UTC(2026, 2, 1, 10, 0, 0, 700) }
  const get = (headers: Record<string, string>, method = 'GET') => new Request('http://localhost/', { headers, method })

  it('compares tags weakly (RFC 9110 §13.1.2)', () => {
    expect(isNotModified(get({ 'If-None-Match': '"x", W/"a"' }), state)).toBe(true)
    expect(isNotModified(get({ 'If-None-Match': '"a"' }), { etag: 'W/"a"' })).toBe(true)
    expect(isNotModified(get({ 'If-None-Match': '*' }), state)).toBe(true)
    expect(isNotModified(get({ 'If-None-Match': '"b"' }), state)).toBe(false)
  })

  it('compares dates in whole seconds', () => {
    expect(isNotModified(get({ 'If-Modified-Since': 'Sun, 01 Mar 2026 10:00:00 GMT' }), state)).toBe(true)
    expect(isNotModified(get({ 'If-Modified-Since': 'Sun, 01 Mar 2026 09:59:59 GMT' }), state)).toBe(false)
    expect(isNotModified(get({ 'If-Modified-Since': 'yesterday' }), state)).toBe(false)
  })

  it('does not look at the date when there are tags (§13.1.3)', () => {
    const both = { 'If-None-Match': '"b"', 'If-Modified-Since': 'Sun, 01 Mar 2027 10:00:00 GMT' }
    expect(isNotModified(get(both), state)).toBe(false)
  })

  it('is for GET and HEAD only', () => {
    expect(isNotModified(get({ 'If-None-Match': '"a"' }, 'HEAD'), state)).toBe(true)
    expect(isNotModified(get({ 'If-None-Match': '"a"' }, 'PUT'), state)).toBe(false)
  })
})

describe('isModifiedSince', () => {
  const lastModifiedMs = Date.UTC(2026, 2, 1, 10, 0, 0, 700)
  const asked = (headers: Record<string, string>) => isModifiedSince(new Headers(headers), lastModifiedMs)

  it('compares dates in whole seconds, and takes a malformed one for none (RFC 9110 §13.1.4)', () => {
    expect(asked({ 'If-Unmodified-Since': 'Sun, 01 Mar 2026 10:00:00 GMT' })).toBe(false)
    expect(asked({ 'If-Unmodified-Since': 'Sun, 01 Mar 2026 09:59:59 GMT' })).toBe(true)
    expect(asked({ 'If-Unmodified-Since': 'yesterday' })).toBe(false)
    expect(asked({})).toBe(false)
  })

  it('does not look at the date beside If-Match', () => {
    expect(asked({ 'If-Match': '"a"', 'If-Unmodified-Since': 'Sun, 01 Mar 2020 10:00:00 GMT' })).toBe(false)
  })
})

describe('HTTP dates', () => {
  it.each(['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])(
    'are read from %j (RFC 9110 §5.6.7)',
    (text) => {
      expect(parseHttpDate(text)).toBe(Date.UTC(1994, 10, 6, 8, 49, 37))
    },
  )

  it.each([
    '1994-11-06T08:49:37Z',
    'Sun, 31 Feb 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Nov 1994 08:49:37 CET',
    '',
  ])('are not read from %j', (text) => {
    expect(parseHttpDate(text)).toBeNull()
  })

  it('come back from their text to the second', () => {
    const instant = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(9999, 11, 31) })
    fc.assert(fc.property(instant, (ms) => parseHttpDate(httpDate(ms)) === Math.floor(ms / 1000) * 1000))
  })

  it('are refused outside the years that the form can say', () => {
    expect(() => httpDate(Number.NaN)).toThrow(TypeError)
    expect(() => httpDate(Date.UTC(10000, 0, 1))).toThrow(TypeError)
  })
})
