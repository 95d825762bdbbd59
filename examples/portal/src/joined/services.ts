/** Services that a person signs in to with a login and a password, or an app password. */
export const passwordServices = ['icloud', 'fastmail', 'caldav'] as const
/** Services that a person signs in to on the service's own page; there when an administrator has set them up. */
export const oauthServices = ['google', 'microsoft'] as const
export const joinedServices = [...passwordServices, ...oauthServices] as const

export type PasswordService = (typeof passwordServices)[number]
export type OAuthService = (typeof oauthServices)[number]
export type JoinedService = (typeof joinedServices)[number]

/** Where the search for calendars begins; `null`: the person says it. */
export const addressOf: Readonly<Record<PasswordService, string | null>> = {
  icloud: 'https://caldav.icloud.com/',
  fastmail: 'https://caldav.fastmail.com/',
  caldav: null,
}

/** Hosts of one service that may send us on to each other with the person's password: iCloud keeps each account on one of many. */
const families: Readonly<Partial<Record<JoinedService, RegExp>>> = {
  icloud: /^https:\/\/(?:p\d{1,4}-)?caldav\.icloud\.com$/,
  fastmail: /^https:\/\/(?:[a-z0-9-]{1,63}\.)?caldav\.fastmail\.com$/,
}

/** Whether an origin belongs to the service whose secret we have. */
export const isOfService = (service: JoinedService, origin: string): boolean => families[service]?.test(origin) ?? false

/** What people call it; of other CalDAV servers the host is the name. */
export const nameOfService = (service: JoinedService, address: string): string => {
  switch (service) {
    case 'icloud':
      return 'iCloud'
    case 'fastmail':
      return 'Fastmail'
    case 'google':
      return 'Google'
    case 'microsoft':
      return 'Microsoft 365'
    case 'caldav':
      return URL.canParse(address) ? new URL(address).hostname : address
  }
}
