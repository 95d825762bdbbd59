const everyMs = 3_000

/**
 * Tries again what the network failed, as soon as the browser says that it is back, and now and then: that word comes before the first
 * request gets through, and never when it was the portal that was away. @returns what ends it.
 */
export const untilBack = (tryAgain: () => void): (() => void) => {
  const timer = setInterval(tryAgain, everyMs)
  addEventListener('online', tryAgain)
  return () => {
    clearInterval(timer)
    removeEventListener('online', tryAgain)
  }
}
