import type { Program } from './advice.ts'

/**
 * The program whose advice a visitor most likely wants, from the browser's User-Agent. iPads call themselves Macs; `touchPoints`
 * (navigator.maxTouchPoints) tells them apart.
 */
export const visitorProgram = (userAgent: string, touchPoints = 0): Program => {
  if (/\bAndroid\b/.test(userAgent)) return 'android'
  if (/\b(iPhone|iPad|iPod)\b/.test(userAgent)) {
    const version = Number(/\bOS (\d+)_/.exec(userAgent)?.[1] ?? '99')
    return version < 10 ? 'iphone-old' : 'iphone'
  }
  if (/\bMacintosh\b/.test(userAgent)) return touchPoints > 1 ? 'iphone' : 'mac'
  if (/\bThunderbird\b/.test(userAgent)) return 'thunderbird'
  if (/\bWindows NT\b/.test(userAgent)) return 'outlook'
  return /\bLinux\b/.test(userAgent) ? 'thunderbird' : 'iphone'
}
