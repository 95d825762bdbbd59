/** Beside the Request, because the standard gives it no place. */
const addresses = new WeakMap<Request, string>()

/** The peer's address as the server bridge saw it, without a port; `null` where no bridge told. */
export const clientAddress = (request: Request): string | null => addresses.get(request) ?? null

/** For bridges: says who sent the request. A request made from it by `clone` or `new Request` has no address. */
export const rememberClientAddress = (request: Request, address: string): void => {
  addresses.set(request, address)
}
