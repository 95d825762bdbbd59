import { encode } from 'uqr'
import { escapeMarkup } from './escape-markup.ts'

/** A QR code as a square of dark and light. ISO/IEC 18004. */
export interface QrCode {
  /** Modules on a side, the quiet zone of two included. */
  readonly size: number
  /** SVG path of the dark modules, one unit each. */
  readonly path: string
}

/**
 * Encodes an address. Put no lasting secret in it: cameras and phones keep what they read.
 *
 * @throws {Error} when the text is longer than a code holds, about 2 900 octets.
 */
export const qrCode = (text: string): QrCode => {
  const { data, size } = encode(text, { border: 2 })
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return { size, path }
}

/** The same as an SVG document, dark on light in every theme because cameras expect it. `label` is read instead of it. */
export const qrCodeSvg = (text: string, label: string): string => {
  const { size, path } = qrCode(text)
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" role="img" aria-label="${escapeMarkup(label)}" ` +
    `shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path fill="#000" d="${path}"/></svg>`
  )
}
