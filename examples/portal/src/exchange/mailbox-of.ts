import type { Person } from '../accounts/people.ts'

/** A local part and a domain; more is the server's to judge. */
export const looksLikeMailbox = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text)

/**
 * The SMTP address of a person's mailbox, in lower case: their own entry, else the pattern with `{email}` and `{login}` filled in. `null`
 * when that is no address: then they have no mailbox.
 */
export const mailboxOf = (
  { email, login }: Pick<Person, 'email' | 'login'>,
  pattern: string,
  own: string | null,
): string | null => {
  const filled = own ?? pattern.replaceAll('{email}', email).replaceAll('{login}', login)
  const mailbox = filled.trim().toLowerCase()
  return looksLikeMailbox(mailbox) ? mailbox : null
}
