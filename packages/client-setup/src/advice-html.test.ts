import { describe, expect, it } from 'vitest'
import { programs } from './advice.ts'
import { adviceFor } from './advice-for.ts'
import { adviceHtml } from './advice-html.ts'
import { input } from './test-input.ts'

const evil = '"><script>alert(1)</script>&\'**{host}**'

describe('an advice as HTML', () => {
  it('lets no value become markup, whatever it holds', () => {
    for (const program of programs) {
      const html = adviceHtml(
        adviceFor(program, {
          ...input,
          login: evil,
          password: evil,
          outlook: { link: `stssync://sts/?name=${evil}`, folder: evil, readOnly: true },
        }),
      )
      const tags = new Set([...html.matchAll(/<\/?([a-z0-9]+)/g)].map(([, name]) => name))
      const allowed = ['section', 'h2', 'p', 'ol', 'li', 'strong', 'dl', 'dt', 'dd', 'code', 'a']
      expect([...tags].filter((tag) => !allowed.includes(tag ?? ''))).toEqual([])
      expect(html).not.toContain('<script')
      // A value is filled in after the menu words were told apart: its stars and braces stay what they are.
      if (html.includes('data-value="login"')) expect(html).toContain('**{host}**')
    }
  })

  it('makes a link of the schemes of calendar programs only', () => {
    const with_ = (link: string) =>
      adviceHtml(adviceFor('outlook', { ...input, outlook: { link, folder: 'x', readOnly: false } }))
    expect(with_('stssync://sts/?ver=1.1')).toContain('href="stssync://sts/?ver=1.1"')
    expect(with_('javascript:alert(1)')).not.toContain('href=')
    expect(with_('JAVASCRIPT:alert(1)')).not.toContain('href=')
  })

  it('numbers the steps, marks the values for copying and takes the level of its heading', () => {
    const html = adviceHtml(adviceFor('iphone', input), { level: 3 })
    expect(html).toMatch(/^<section class="advice" data-program="iphone" lang="ru"><h3>iPhone и iPad<\/h3>/)
    expect(html.match(/<li>/g)).toHaveLength(4)
    expect(html).toContain('<dt>Сервер</dt><dd><code data-value="server">portal.example.com</code></dd>')
    expect(html).toContain('<strong>Другое → Учётная запись CalDAV</strong>')
  })
})
