/** The offered hues, for light and for dark ground; any other hex stays as it is. */
const pairs: readonly (readonly [light: string, dark: string])[] = [
  ['#2f6fe0', '#6aa0ff'],
  ['#1f8a4c', '#5cc98a'],
  ['#8250df', '#b692ff'],
  ['#b26a00', '#eab04f'],
  ['#0f8494', '#4cc3d1'],
  ['#c2407f', '#f08cb9'],
  ['#cf3b2f', '#ff8a80'],
  ['#697586', '#9aa5b4'],
]
const darkOf = new Map(pairs)

export const hues = pairs.map(([light]) => light)
export const firstHue = '#2f6fe0'

/** A hue as an inline custom property, set through the CSSOM, which the strict CSP allows. */
export const hueStyle = (color: string | null): Record<string, string> => ({ '--hue': hueOf(null, color) })

/** Names of CSS near our hues, so that other programs know an event's colour too. RFC 7986 §5.9. */
const named: Readonly<Record<string, string>> = {
  royalblue: '#2f6fe0',
  seagreen: '#1f8a4c',
  mediumpurple: '#8250df',
  darkgoldenrod: '#b26a00',
  darkcyan: '#0f8494',
  mediumvioletred: '#c2407f',
  crimson: '#cf3b2f',
  slategray: '#697586',
}

/** The colours that an event can be given, by their CSS name. */
export const eventColors = Object.keys(named)

/** The hue of an event: its own colour, else that of its calendar, for light and for dark ground. */
export const hueOf = (own: string | null, calendar: string | null): string => {
  if (own !== null && named[own] === undefined) return own
  const given = own === null ? calendar : (named[own] ?? null)
  const light = given !== null && /^#[0-9a-f]{6}/i.test(given) ? given.slice(0, 7).toLowerCase() : firstHue
  return `light-dark(${light}, ${darkOf.get(light) ?? light})`
}
