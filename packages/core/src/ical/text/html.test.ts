import { describe, expect, it } from 'vitest'
import { htmlToText, sanitizeHtml } from './html.ts'

describe('HTML of a description', () => {
  it('loses no text behind an element or comment that is never closed, only the markup', () => {
    for (const [html, text] of [
      ['<p>before <svg><path d="M0 0"> after</p>', 'before after'],
      ['before <svg viewBox="0 0 1 1"> after', 'before after'],
      ['before <math> after', 'before after'],
      ['before <object data="x"> after', 'before after'],
      ['before <!-- after', 'before after'],
      ['<html><head><meta charset="x"><title>no</title><body>after</body></html>', 'after'],
      ['before <svg/> after <svg><path/></svg> end', 'before after end'],
      ['before <xml/> after', 'before after'],
    ] as const) {
      expect(htmlToText(html), html).toBe(text)
      expect(sanitizeHtml(html), html).not.toMatch(/<(?:svg|math|object|path|head|xml|!)/i)
    }
  })

  it('takes code for no text, closed or not', () => {
    expect(htmlToText('before<script>alert("<b>")</script> after')).toBe('before after')
    expect(htmlToText('before <script>alert(1)')).toBe('before')
    expect(htmlToText('before <svg> mid <style>b{}')).toBe('before mid')
    expect(sanitizeHtml('<svg><script>alert(1)</script><b onclick="x()">text</b>')).toBe('<b>text</b>')
  })

  it('is read in one pass, however many elements are not closed', () => {
    for (const piece of ['<svg>', '<!--', '<object>', '<head>', '<svg/>']) {
      const html = piece.repeat(200_000)
      expect(htmlToText(`${html}end`).endsWith('end'), piece).toBe(true)
      expect(sanitizeHtml(`${html}end`).endsWith('end'), piece).toBe(true)
    }
  })

  it('costs no square of its length, whatever stands in a tag or before one', { timeout: 30_000 }, () => {
    // Each takes far less than a second; the square of the first two took a minute and more.
    expect(htmlToText(`${'<'.repeat(300_000)}>`)).toHaveLength(300_001)
    expect(sanitizeHtml(`<a ${'a'.repeat(300_000)}>x`)).toBe('<a>x</a>')
    expect(htmlToText('&nbsp;<p>'.repeat(20_000))).toBe('')
    expect(htmlToText('x<b>'.repeat(20_000))).toHaveLength(20_000)
  })

  it('keeps an attribute by its whole name, and blanks and lines as a browser shows them', () => {
    expect(sanitizeHtml('<a xhref="https://a.example" href="https://b.example">x</a>')).toBe(
      '<a href="https://b.example">x</a>',
    )
    expect(htmlToText('a <b> b</b> <pre> c\n d</pre><p>&nbsp;</p><ul><li> e<td>f</td> g</ul>')).toBe(
      'a b\n c\n d\n\n• ef\t g',
    )
  })
})
