import { CalendarError } from '../errors.ts'

/** Longest name of an object or a calendar, in UTF-16 units. */
export const maxNameLength = 1_000

/**
 * Names are the client's choice (RFC 4791 §4.1); refused is what no address can carry: nothing at all, `.` and `..`, `/`, control
 * characters, lone surrogates, and more than 1000 characters.
 *
 * @throws {CalendarError} `invalid-calendar-object` with `details.name` `'refused'`.
 */
export const assertName = (name: string): void => {
  const carried =
    name !== '' &&
    name !== '.' &&
    name !== '..' &&
    name.length <= maxNameLength &&
    !/[/\u0000-\u001f\u007f\p{Surrogate}]/u.test(name)
  if (!carried) {
    throw new CalendarError('invalid-calendar-object', 'the name cannot be an address', {
      details: { name: 'refused' },
    })
  }
}
