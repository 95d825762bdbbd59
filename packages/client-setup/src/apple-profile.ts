import type { SetupInput } from './advice.ts'
import { escapeMarkup } from './escape-markup.ts'
import { isPlainHttp, portOf, serverOf } from './links.ts'
import { fill } from './rich-text.ts'
import { en } from './texts-en.ts'
import { ru } from './texts-ru.ts'

/** Media type of a profile; iPhone, iPad and Mac offer to install what comes with it. */
export const appleProfileType = 'application/x-apple-aspen-config'

type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value }

/** A property list in XML, as Apple's document type describes it. */
const plist = (value: Value): string => {
  if (typeof value === 'string') return `<string>${escapeMarkup(value)}</string>`
  if (typeof value === 'number') return `<integer>${value}</integer>`
  if (typeof value === 'boolean') return value ? '<true/>' : '<false/>'
  if (isList(value)) return `<array>\n${value.map(plist).join('\n')}\n</array>`
  const entries = Object.entries(value).map(([key, held]) => `<key>${escapeMarkup(key)}</key>\n${plist(held)}`)
  return `<dict>\n${entries.join('\n')}\n</dict>`
}
const isList = (value: Value): value is readonly Value[] => Array.isArray(value)

/** `portal.example.com` becomes `com.example.portal`. */
const reversed = (host: string): string => host.replace(/:.*$/, '').split('.').reverse().join('.')

/**
 * A configuration profile with one CalDAV account (payload `com.apple.caldav.account`, Apple "Device Management: CalDAV").
 * Installed again for the same host and login, it replaces itself. It holds the password: hand it out once, behind a ticket.
 *
 * @throws {TypeError} when the address is not http or https.
 */
export const appleProfile = (
  input: Pick<SetupInput, 'language' | 'caldavUrl' | 'principalUrl' | 'login' | 'password'>,
  /** Makes a UUID. */
  newId: () => string,
): string => {
  const words = (input.language === 'ru' ? ru : en).profile
  const host = serverOf(input.caldavUrl)
  const named = { host, login: input.login }
  const name = fill(words.name, named)
  const identifier = `${reversed(host)}.calendar.${encodeURIComponent(input.login)}`
  const account = {
    PayloadType: 'com.apple.caldav.account',
    PayloadVersion: 1,
    PayloadIdentifier: `${identifier}.caldav`,
    PayloadUUID: newId().toUpperCase(),
    PayloadDisplayName: name,
    CalDAVAccountDescription: name,
    CalDAVHostName: new URL(input.caldavUrl).hostname,
    CalDAVPort: Number(portOf(input.caldavUrl)),
    CalDAVUseSSL: !isPlainHttp(input.caldavUrl),
    // A path, not an address: the device puts it behind host and port. mail-in-a-box issue 1756 shows what a wrong one breaks.
    CalDAVPrincipalURL: new URL(input.principalUrl).pathname,
    CalDAVUsername: input.login,
    ...(input.password ? { CalDAVPassword: input.password } : {}),
  }
  const profile = {
    PayloadType: 'Configuration',
    PayloadVersion: 1,
    PayloadIdentifier: identifier,
    PayloadUUID: newId().toUpperCase(),
    PayloadDisplayName: name,
    PayloadDescription: fill(words.description, named),
    PayloadRemovalDisallowed: false,
    PayloadContent: [account],
  }
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    `<plist version="1.0">\n${plist(profile)}\n</plist>\n`,
  ].join('\n')
}
