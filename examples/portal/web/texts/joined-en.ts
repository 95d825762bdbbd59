import type { joinedRu } from './joined-ru.ts'
import { pluralEn as plural } from './plural.ts'

/** Texts of outside calendars that are joined to the portal. */
export const joinedEn: typeof joinedRu = {
  section: 'Outside calendars',
  sectionSub:
    'A calendar of another service becomes one of the portal. Changes travel by themselves, both ways or one way.',
  add: 'Join an outside calendar',
  addShort: 'Outside calendar',
  none: 'No outside calendar is joined yet.',
  off: 'Outside calendars are switched off.',
  empty: 'No calendar of this account is joined.',
  choose: 'Choose calendars',
  chooseOf: (name) => `Choose calendars: ${name}`,
  newPassword: 'Enter a new password',
  signInAgain: 'Sign in again',
  forget: 'Forget',
  forgetOf: (name) => `Forget the account: ${name}`,
  forgetAsk: (name) =>
    `Forget the account “${name}”? The portal deletes its password. Nothing changes at the service itself.`,
  history: 'History',
  historyOf: (name) => `History: ${name}`,
  leave: 'Switch off…',
  leaveOf: (name) => `Switch off: ${name}`,
  oneWay: 'to the portal only',
  bothWays: 'both ways',
  direction: 'Which way changes go',
  directionOf: (name) => `Which way changes go: ${name}`,
  directions: { both: 'Both ways', 'to-portal': 'To the portal only' },
  directionHints: {
    both: 'What you change in the portal goes to the outside calendar too.',
    'to-portal': 'The portal only reads the outside calendar: your edits stay here.',
  },

  title: 'Join an outside calendar',
  sub: 'Step 1 of 2. Sign in to the service that keeps it.',
  service: 'Service',
  services: {
    icloud: 'iCloud',
    fastmail: 'Fastmail',
    caldav: 'Nextcloud or other CalDAV',
    google: 'Google',
    microsoft: 'Microsoft 365',
  },
  missing: (names) => `${names.join(' and ')}: not set up yet. Please ask the portal administrator.`,
  address: 'Server address',
  addressHint: 'As in your browser: cloud.example.org. The portal finds the rest.',
  login: 'User name',
  loginHints: {
    icloud: 'Your Apple Account: a mail address or a phone number.',
    fastmail: 'Your Fastmail address.',
    caldav: '',
  },
  password: 'Password',
  passwordHints: {
    icloud: 'It takes an app password: account.apple.com → Sign-In and Security → App-Specific Passwords.',
    fastmail: 'It takes an app password: Settings → Privacy & Security → App passwords.',
    caldav: 'If the service offers app passwords, make one for the portal.',
  },
  passwordKept: 'The portal keeps the password encrypted and shows it to this service only.',
  find: 'Find calendars',
  finding: 'Looking for calendars…',
  goTo: (service) => `Sign in with ${service}`,
  goToHint: (service) =>
    `A page of ${service} opens: sign in there and let the portal use your calendars. The portal does not see the password.`,

  chooseTitle: 'Which calendars to join',
  chooseSub: (name, login) => `Step 2 of 2. ${name} · ${login}`,
  calendars: 'Calendars',
  already: 'joined already',
  readOnly: 'can only be read: changes come here only',
  into: 'Which calendar of the portal',
  intoNew: 'A new calendar of the same name',
  intoOwn: (name) => `“${name}”, if it holds no events`,
  happens: 'The first exchange begins at once. The portal mails no attendees.',
  join: 'Join',
  joining: 'Joining…',
  joined: (n) => plural(n, 'calendar is being joined', 'calendars are being joined'),
  notJoined: (name) => `“${name}” was not joined:`,
  nothingThere: 'This account has no calendars for events.',

  passwordTitle: (name) => `New password for ${name}`,
  passwordSub: (login) => `Account ${login}. Sync goes on where it stopped.`,
  passwordDo: 'Check and save',
  passwordDone: 'The password fits, sync goes on.',

  leaveTitle: (name) => `Switch “${name}” off`,
  leaveSub: 'Nothing changes in the outside calendar.',
  leaveEvents: 'What happens to the events in the portal',
  leaveKeep: 'Keep them: it becomes an ordinary calendar of the portal',
  leaveDrop: 'Drop them: the calendar and its events leave the portal',
  leaveDo: 'Switch off',
  left: 'The outside calendar is switched off',

  admin: 'Outside calendars',
  adminSub:
    'People join their own calendars of other services. iCloud, Fastmail and other CalDAV need no set-up; for Google and Microsoft 365 register the portal there.',
  adminCallback: 'Redirect address to register (redirect URI)',
  adminSecretNone: 'No secret yet: people are not offered this service.',
  adminIssuer: 'Address of the sign-in',
  adminAddress: 'Address of the data',
  adminDefault: (address) => `Empty: ${address}`,
  adminTenant: 'Directory (tenant)',
  adminTenantHint: 'Empty: any directory, and personal accounts.',
  adminForgetAsk: (service) =>
    `Delete the secret of ${service}? Nobody signs in any more, and joined calendars stop when their permissions run out.`,
  adminInside: 'Servers inside the network that may be joined',
  adminInsideHint:
    'One address a line: https://cloud.example.org. The portal reaches no other address inside, and sends no password by http.',
  adminInterval: 'Minutes between runs',
}

/** What can go wrong with an outside calendar. */
export const joinedErrorsEn: Readonly<Record<string, string>> = {
  'outside-address': 'This is no server address. Enter it without a password, such as cloud.example.org.',
  'outside-own': 'This is the address of the portal itself.',
  'outside-insecure':
    'By http the password could be read on the way. It takes an https address; for a server inside ask the administrator.',
  'outside-private':
    'The address leads inside the network. If you need this server, ask the portal administrator to allow it.',
  'outside-credentials': 'The service refused the name or the password. Check them; it often takes an app password.',
  'outside-throttled': 'The service asks to wait. Try again in a few minutes.',
  'outside-unreachable': 'The service does not answer. Check the address or try again later.',
  'outside-rights': 'The service does not let this account use calendars.',
  'outside-no-calendars': 'No calendars were found at this address. Check it: it takes a server with CalDAV.',
  'outside-not-empty': 'This calendar holds events already. Choose an empty one or a new one.',
  'outside-read-only': 'The outside calendar can only be read: choose “To the portal only”.',
  'outside-by-exchange':
    'This calendar is synced with the portal through Exchange already. Choose another one. If you want it from here, ask the portal administrator to switch Exchange off for you.',
  'outside-taken':
    'Somebody else has joined this calendar to the portal already. Ask them to share their calendar with you in the portal.',
  'outside-in-use': 'Switch the calendars of this account off first.',
  'outside-other-account': 'You signed in to another account. Sign in to the same one as before.',
  'outside-signed-out': 'The service asks you to sign in again: press “Sign in again” at this account.',
  'outside-sign-in': 'The sign-in did not work. Please try again.',
  'already-exists': 'This calendar is joined to something already.',
}
