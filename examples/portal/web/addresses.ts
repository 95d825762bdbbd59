/** A name, '' when none was given, with an e-mail address. */
export interface NamedAddress {
  readonly name: string
  readonly email: string
}

/** What `setAttendees` of the server takes for an address, too. */
const address = /^[^\s@<>"(),:;\\]+@[^\s@<>"(),:;\\]+$/

/**
 * The addresses of a text as it is typed or pasted from a mail: `a@b.c`, `Name <a@b.c>`, several with commas, semicolons or line ends
 * between. `null` when a part of it is none.
 */
export const addressesIn = (text: string): readonly NamedAddress[] | null => {
  const parts = text.split(/[,;\n]/).filter((part) => part.trim() !== '')
  const found = parts.map((part) => {
    const [, name = '', email = part] = /^\s*"?([^"<]*?)"?\s*<([^<>]+)>\s*$/.exec(part) ?? []
    return { name: name.trim(), email: email.trim() }
  })
  return found.length > 0 && found.every(({ email }) => address.test(email)) ? found : null
}
