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
export const hueStyle = (color: string | null): Record<string, string> => {
  const light = color !== null && /^#[0-9a-f]{6}/i.test(color) ? color.slice(0, 7).toLowerCase() : firstHue
  return { '--hue': `light-dark(${light}, ${darkOf.get(light) ?? light})` }
}
