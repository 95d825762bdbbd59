import type { TextPart } from './rich-text.ts'

/** The language of an advice. Menu words are those of the program in that language. */
export type Language = 'ru' | 'en'

/** Whom there is advice for. `other` is any CalDAV program that has no page of its own. */
export const programs = [
  'iphone',
  'iphone-old',
  'mac',
  'android',
  'thunderbird',
  'sunbird',
  'evolution',
  'outlook',
  'outlook-internet',
  'google',
  'apple-subscription',
  'other',
] as const
export type Program = (typeof programs)[number]

/** By which door a program comes: CalDAV, Outlook's list service, or a feed link that is only read. */
export type Door = 'caldav' | 'outlook' | 'feed'

/** What may have to be typed or pasted. */
export type ValueKind = 'server' | 'port' | 'login' | 'password' | 'address' | 'calendar-address' | 'feed' | 'folder'

/** One value to copy, with the words that the program has beside its field. */
export interface AdviceValue {
  readonly kind: ValueKind
  readonly label: string
  /** `null` while it is not made yet: a password or a link is made on a press only. */
  readonly value: string | null
  /** Whoever has it has access. */
  readonly secret: boolean
}

export type AdviceLinkKind = 'outlook' | 'davx5' | 'google-play' | 'f-droid' | 'webcal' | 'file' | 'profile'

/** Something to press or to download. */
export interface AdviceLink {
  readonly kind: AdviceLinkKind
  readonly label: string
  readonly href: string
}

export interface AdviceStep {
  readonly text: readonly TextPart[]
  /** Second thoughts below the step: other versions, what comes next. */
  readonly hint: readonly TextPart[] | null
  readonly values: readonly AdviceValue[]
  readonly links: readonly AdviceLink[]
}

/** `warn` wants to be read before anything is typed. */
export interface AdviceNote {
  readonly kind: 'warn' | 'info'
  readonly text: readonly TextPart[]
}

/** How one program is connected, in the order in which a person does it. */
export interface Advice {
  readonly program: Program
  readonly language: Language
  readonly door: Door
  readonly title: string
  /** Warnings come first. */
  readonly notes: readonly AdviceNote[]
  readonly steps: readonly AdviceStep[]
  /** Links that stand for all steps: a profile, a file. */
  readonly links: readonly AdviceLink[]
  /** Whose menus the words follow, and as of which day, `2026-11-26`. */
  readonly menus: { readonly versions: string; readonly asOf: string }
}

/** Where the host's doors are, and for whom. */
export interface SetupInput {
  readonly language: Language
  /** The CalDAV root, `https://portal.example.com/dav/`; its host is the server that programs are given. */
  readonly caldavUrl: string
  /** The person's principal, for programs that do not look for it themselves. RFC 3744 §2. */
  readonly principalUrl: string
  /** What the program signs in with. */
  readonly login: string
  /** An app password that was just made; `null` or left out while there is none. */
  readonly password?: string | null
  /** The calendar that was chosen, for programs that take one calendar at a time. */
  readonly calendarUrl?: string | null
  /** Secret feed address, https or http; `null` or left out while there is none. */
  readonly feedUrl?: string | null
  /** The way through Outlook's own door; `null` or left out while there is none. */
  readonly outlook?: {
    /** `stssync://…` as outlook-sync makes it. `null` while it is not made yet. */
    readonly link: string | null
    /** Name of the folder in Outlook: `Owner - Calendar`. */
    readonly folder: string
    readonly readOnly: boolean
  } | null
  /** Address of an Apple configuration profile, behind a one-time ticket. */
  readonly profileUrl?: string | null
}
