import { call, type JoinedAccount } from '../../api.ts'

/** Leaves for the service's own page, where the person signs in; `account`: to that one again. @throws {ApiError} */
export const goToService = async (service: JoinedAccount['service'], account: string | null): Promise<void> => {
  const { url } = await call<{ url: string }>('POST', '/joined/oauth', { body: { service, account } })
  location.assign(url)
}
