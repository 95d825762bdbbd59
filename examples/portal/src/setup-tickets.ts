import { createHash } from 'node:crypto'

/** How long a code on the screen works. */
export const ticketTtlMs = 10 * 60_000
const maxTickets = 10_000

/** For whom a ticket makes a password, and in which language. */
export interface SetupTicket {
  readonly person: string
  readonly expiresMs: number
}

export type SetupTickets = ReturnType<typeof createSetupTickets>

/**
 * One-time tickets behind QR codes and profiles: whoever redeems one gets a password of their own for the person who made it. They live in
 * memory only, hashed, for ten minutes; a new one ends the person's earlier ones.
 */
export const createSetupTickets = (parts: {
  readonly now: () => number
  readonly randomBytes: (n: number) => Uint8Array
}) => {
  const tickets = new Map<string, SetupTicket>()
  const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')
  const sweep = (): void => {
    for (const [hash, { expiresMs }] of tickets) if (expiresMs <= parts.now()) tickets.delete(hash)
  }
  const find = (secret: string): readonly [string, SetupTicket] | null => {
    const hash = hashOf(secret)
    const ticket = tickets.get(hash)
    return ticket === undefined || ticket.expiresMs <= parts.now() ? null : [hash, ticket]
  }
  return {
    create: (person: string): { readonly secret: string; readonly expiresMs: number } => {
      sweep()
      for (const [hash, ticket] of tickets) if (ticket.person === person) tickets.delete(hash)
      if (tickets.size >= maxTickets) tickets.delete(tickets.keys().next().value ?? '')
      const secret = Buffer.from(parts.randomBytes(32)).toString('base64url')
      const expiresMs = parts.now() + ticketTtlMs
      tickets.set(hashOf(secret), { person, expiresMs })
      return { secret, expiresMs }
    },

    /** Looking does not use it up: programs that preview addresses only look. */
    peek: (secret: string): SetupTicket | null => find(secret)?.[1] ?? null,

    /** The person, this once. */
    redeem: (secret: string): SetupTicket | null => {
      const found = find(secret)
      if (found === null) return null
      tickets.delete(found[0])
      return found[1]
    },
  }
}
