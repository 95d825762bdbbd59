import { describe, expect, it } from 'vitest'
import { programOf } from './programs.ts'

describe('programOf', () => {
  it.each([
    ['DAVx5/4.4.3-ose (2024/09; dav4jvm) Android/14', 'DAVx⁵ 4.4'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.3.0', 'Thunderbird 140'],
    ['Google-Calendar-Importer (for users)', 'Google Calendar'],
    ['Mozilla/4.0 (compatible; ms-office; MSOffice 16) Microsoft Outlook 16.0.5134', 'Outlook 16'],
    ['iOS/18.1 (22B83) dataaccessd/1.0', 'iOS 18'],
    ['macOS/14.5 (23F79) CalendarAgent/988', 'macOS 14'],
    ['vdirsyncer/0.19.2', 'vdirsyncer 0.19'],
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/139.0 Safari/537.36 Edg/139.0', 'Edge 139'],
    ['My program', 'My program'],
  ])('names %s as people do', (agent, name) => {
    expect(programOf(agent)).toBe(name)
  })

  it('says nothing where the program said nothing, and cuts what is too long', () => {
    expect(programOf(null)).toBeNull()
    expect(programOf(' ')).toBeNull()
    expect(programOf('x'.repeat(500))).toHaveLength(61)
  })
})
