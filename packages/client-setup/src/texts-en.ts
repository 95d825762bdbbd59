import type { Texts } from './texts.ts'

export const en: Texts = {
  values: {
    server: 'Server',
    port: 'Port',
    login: 'User name',
    password: 'Password',
    address: 'Direct address',
    'calendar-address': 'Address of the calendar',
    feed: 'Link',
    folder: 'Folder name',
  },
  links: {
    outlook: 'Open Outlook',
    davx5: 'Open in DAVx⁵',
    'google-play': 'Google Play',
    'f-droid': 'F-Droid',
    webcal: 'Open in a program (webcal)',
    file: 'Download .ics',
    profile: 'Download profile',
  },
  plainHttp:
    'This connection is not secure: the password could be read on the way. Use it only on a trusted network. The program may ask about a connection without SSL, or refuse it.',
  readOnlyFolder: 'You may only read this calendar, so it is read-only in Outlook too.',
  folder: 'Outlook gets a folder “{folder}”.',
  feedReadOnly: 'A read-only link. Programs refresh it themselves, usually every few hours.',
  programs: {
    iphone: {
      title: 'iPhone and iPad',
      steps: [
        {
          text: 'Open **Settings → Apps → Calendar → Calendar Accounts → Add Account**.',
          hint: 'iOS 17 and earlier: **Settings → Calendar → Accounts**.',
        },
        { text: 'Choose **Other → Add CalDAV Account**.' },
        { text: 'Enter the values and tap **Next**.', values: ['server', 'login', 'password'] },
        { text: 'Keep **Calendars** on, tap **Save**. The device finds the rest.' },
      ],
    },
    'iphone-old': {
      title: 'iPhone and iPad, old iOS',
      steps: [
        {
          text: 'Open **Settings → Accounts** (or **Mail, Contacts, Calendars**) **→ Add → Other → Add CalDAV Account**.',
        },
        { text: 'Enter server, user name and password.', values: ['server', 'login', 'password'] },
        {
          text: 'If no calendar is found: **Advanced Settings → Account URL**, paste the direct address. Keep SSL on, port {port}.',
          values: ['address'],
        },
      ],
    },
    mac: {
      title: 'Mac',
      steps: [
        { text: 'Open **Calendar → Add Account → Other CalDAV Account**.' },
        { text: 'Account type: **Manual**.' },
        {
          text: 'Enter user name, password and server address, click **Sign In**.',
          values: ['login', 'password', 'server'],
        },
      ],
    },
    android: {
      title: 'Android',
      notes: ['Android cannot do this itself; it needs the app DAVx⁵.'],
      steps: [
        { text: 'Install **DAVx⁵**.', links: ['google-play', 'f-droid'] },
        {
          text: 'On the device itself tap here: DAVx⁵ opens with the address filled in.',
          hint: 'Or by hand: **+ → Login with URL and user name**.',
          links: ['davx5'],
        },
        { text: 'Enter address, user name and password.', values: ['address', 'login', 'password'] },
        { text: 'On the **CalDAV** tab tick calendars.' },
        { text: 'Allow calendar access and autostart, switch battery saving off for DAVx⁵.' },
      ],
    },
    thunderbird: {
      title: 'Thunderbird',
      steps: [
        { text: '**File → New → Calendar**.' },
        { text: '**On the Network**, **Next**.' },
        { text: 'Enter user name and location, click **Find Calendars**.', values: ['login', 'server'] },
        { text: 'Enter the password, tick calendars, click **Subscribe**.', values: ['password'] },
      ],
    },
    sunbird: {
      title: 'Sunbird',
      notes: ['Sunbird is no longer maintained: prefer Thunderbird.'],
      steps: [
        { text: '**File → New Calendar**.' },
        { text: '**On the Network**, **Next**.' },
        { text: 'Format: **CalDAV**.' },
        { text: '**Location**: paste the direct address (yours alone), **Next**.', values: ['calendar-address'] },
        { text: 'Name and colour, **Next**.' },
        { text: 'Enter user name and password.', values: ['login', 'password'] },
      ],
    },
    evolution: {
      title: 'GNOME, Evolution',
      steps: [
        { text: '**File → New → Calendar**.' },
        { text: 'Type: **CalDAV**.' },
        { text: 'Paste the URL, enter the user, click **Find Calendars**.', values: ['address', 'login'] },
        { text: 'Enter the password, pick a calendar, **OK**.', values: ['password'] },
      ],
    },
    outlook: {
      title: 'Outlook',
      notes: [
        'Needs **classic Outlook for Windows: 2007–2024** or Microsoft 365. New Outlook, Outlook for Mac, on the web and on phones cannot do this: use “Export (iCal)”, read-only.',
        'Carried: title, time, place, description, repeats, busy state, categories. Stays in the portal: attendees and reminders.',
      ],
      steps: [
        { text: 'The browser asks to open Outlook: allow it.', links: ['outlook'] },
        {
          text: 'Outlook shows name and address: check **{host}**, press **Yes**. **Advanced…** changes folder name and description.',
        },
        { text: 'Events appear within a minute; the status bar shows progress.' },
      ],
    },
    'outlook-internet': {
      title: 'Outlook, read-only',
      steps: [
        { text: '**File → Account Settings**.', hint: 'Outlook 2007: **Tools → Account Settings**.' },
        { text: '**Internet Calendars** tab, **New**.' },
        { text: 'Paste the link, **Add**.', values: ['feed'] },
        { text: 'Folder name and description, **OK**.' },
      ],
    },
    google: {
      title: 'Google Calendar',
      notes: ['Google refreshes at its own pace, sometimes once a day.'],
      steps: [
        { text: 'On a computer: **Other calendars → + → From URL**.' },
        { text: 'Paste the link.', values: ['feed'] },
        { text: '**Add calendar**.' },
      ],
    },
    'apple-subscription': {
      title: 'Apple, subscription',
      steps: [
        {
          text: 'iPhone: **Calendar → Calendars → Add Calendar → Add Subscription Calendar**. Mac: **File → New Calendar Subscription**.',
          links: ['webcal'],
        },
        { text: 'Paste the link, **Subscribe**.', values: ['feed'] },
      ],
    },
    other: {
      title: 'Another program',
      steps: [
        { text: 'Find in the program how to add a **CalDAV** or network calendar.' },
        {
          text: 'Enter address, user name and password. A program that looks for calendars itself needs the server only.',
          values: ['address', 'server', 'login', 'password'],
        },
        {
          text: 'A program that takes a single calendar wants that calendar’s own address.',
          values: ['calendar-address'],
        },
      ],
    },
  },
  profile: {
    name: 'Calendars: {host}',
    description: 'Adds the calendar account of {login} at {host}.',
  },
}
