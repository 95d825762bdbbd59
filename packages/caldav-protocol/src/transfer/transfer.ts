import type { Address } from '../wire/hrefs.ts'

/** What a COPY or MOVE asks for. */
export interface Transfer {
  readonly destination: Address
  readonly moves: boolean
  /** Whether what is at the destination may be replaced. RFC 4918 §10.6. */
  readonly overwrite: boolean
  /** A collection with everything in it. */
  readonly deep: boolean
}

/** A transfer whose destination is of one kind. */
export type TransferTo<K extends Address['kind']> = Omit<Transfer, 'destination'> & {
  readonly destination: Extract<Address, { readonly kind: K }>
}

/** Narrows the destination, once its kind is known. */
export const isTo = <K extends Address['kind']>(transfer: Transfer, kind: K): transfer is TransferTo<K> & Transfer =>
  transfer.destination.kind === kind
