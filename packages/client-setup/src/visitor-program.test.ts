import { describe, expect, it } from 'vitest'
import { mayHaveClassicOutlook, outlookVersions } from './outlook-versions.ts'
import { visitorProgram } from './visitor-program.ts'

const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1'
const mac =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15'
const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36'

describe('the program that a visitor most likely wants', () => {
  it('follows the device, and tells an iPad from the Mac that it says to be', () => {
    expect(visitorProgram(iphone)).toBe('iphone')
    expect(visitorProgram(iphone.replace('18_1', '9_3'))).toBe('iphone-old')
    expect(visitorProgram(mac)).toBe('mac')
    expect(visitorProgram(mac, 5)).toBe('iphone')
    expect(visitorProgram('Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Mobile Safari/537.36')).toBe(
      'android',
    )
    expect(visitorProgram(windows)).toBe('outlook')
    expect(visitorProgram('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0')).toBe('thunderbird')
  })
})

describe('the versions of Outlook', () => {
  it('are both ways on Windows alone, and never for the new Outlook', () => {
    for (const language of ['ru', 'en'] as const) {
      const both = outlookVersions(language).filter(({ twoWay }) => twoWay)
      expect(both).toHaveLength(2)
      for (const { name } of both) expect(name).toContain('Windows')
    }
    expect(outlookVersions('en').find(({ name }) => name === 'New Outlook for Windows')).toEqual({
      name: 'New Outlook for Windows',
      twoWay: false,
      subscription: true,
    })
    expect([mayHaveClassicOutlook(windows), mayHaveClassicOutlook(mac)]).toEqual([true, false])
  })
})
