import { cal } from '../wire/names.ts'
import { property } from './property.ts'

/** Calendars that recurrence rules are reckoned in; GREGORY is the CLDR's own name for the one. */
export const supportedRscales: readonly string[] = ['GREGORIAN', 'GREGORY']

/** RFC 7529 §7: the calendars that rules may name. */
export const supportedRscaleSet = property({
  name: cal('supported-rscale-set'),
  on: ['calendar', 'home'],
  get: () => (writer) => {
    for (const name of supportedRscales) writer.element(cal('supported-rscale'), name)
  },
})
