/** The offered hues; any other hex stays as it is. */
export const hues = ['#2f6fe0', '#1f8a4c', '#8250df', '#b26a00', '#0f8494', '#c2407f', '#cf3b2f', '#697586'] as const

/** A hue as an inline custom property, set through the CSSOM, which the strict CSP allows. */
export const hueStyle = (color: string | null): Record<string, string> => ({
  '--hue': color !== null && /^#[0-9a-f]{6}/i.test(color) ? color.slice(0, 7) : hues[0],
})
