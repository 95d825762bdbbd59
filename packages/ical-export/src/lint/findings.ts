/** Programs that subscribe to feeds: Outlook in all its forms, Google Calendar, Apple Calendar, Thunderbird. */
export const subscribers = ['outlook', 'google', 'apple', 'thunderbird'] as const
export type Subscriber = (typeof subscribers)[number]

/** `error`: the calendar or an event is refused or wrong; `warning`: some program stumbles; `info`: good to know. */
export type LintSeverity = 'error' | 'warning' | 'info'

interface Rule {
  readonly severity: LintSeverity
  readonly trips: readonly Subscriber[]
  readonly clause: string
}

const all = subscribers

/** Every code: how bad it is, who trips, and where it is written. */
const rules = {
  // Octets and lines
  'not-utf-8': { severity: 'error', trips: all, clause: 'RFC 5545 §3.1.4' },
  'byte-order-mark': { severity: 'warning', trips: ['outlook', 'google'], clause: 'RFC 5545 §3.1' },
  'line-ending': { severity: 'warning', trips: ['outlook'], clause: 'RFC 5545 §3.1' },
  'long-line': { severity: 'warning', trips: ['outlook'], clause: 'RFC 5545 §3.1' },
  'fold-inside-character': { severity: 'warning', trips: ['google', 'thunderbird'], clause: 'RFC 5545 §3.1' },
  'control-character': { severity: 'error', trips: all, clause: 'RFC 5545 §3.1' },
  'huge-file': { severity: 'warning', trips: ['google', 'outlook'], clause: 'RFC 5545 §7' },
  // Structure
  'not-a-calendar': { severity: 'error', trips: all, clause: 'RFC 5545 §3.4' },
  'malformed-line': { severity: 'error', trips: ['outlook', 'google', 'thunderbird'], clause: 'RFC 5545 §3.1' },
  'unbalanced-quote': { severity: 'error', trips: ['outlook', 'google', 'thunderbird'], clause: 'RFC 5545 §3.2' },
  'broken-structure': { severity: 'error', trips: all, clause: 'RFC 5545 §3.6' },
  'several-calendars': { severity: 'warning', trips: ['outlook', 'google'], clause: 'RFC 5545 §3.4' },
  'no-events': { severity: 'warning', trips: ['google', 'outlook'], clause: 'RFC 5545 §3.6' },
  // The calendar's own properties
  'missing-version': { severity: 'error', trips: ['outlook', 'thunderbird'], clause: 'RFC 5545 §3.7.4' },
  'missing-prodid': { severity: 'error', trips: ['outlook'], clause: 'RFC 5545 §3.7.3' },
  method: { severity: 'error', trips: ['outlook', 'thunderbird'], clause: 'RFC 5546 §1.4' },
  'method-publish': { severity: 'info', trips: ['outlook'], clause: 'RFC 5546 §3.2.1' },
  'missing-name': { severity: 'info', trips: all, clause: 'RFC 7986 §5.1' },
  'refresh-interval': { severity: 'warning', trips: ['apple', 'outlook'], clause: 'RFC 7986 §5.7' },
  'color-not-css': { severity: 'info', trips: ['thunderbird'], clause: 'RFC 7986 §5.9' },
  // What every component needs
  'missing-uid': { severity: 'error', trips: all, clause: 'RFC 5545 §3.8.4.7' },
  'missing-dtstamp': { severity: 'warning', trips: ['outlook'], clause: 'RFC 5545 §3.8.7.2' },
  'missing-dtstart': { severity: 'error', trips: all, clause: 'RFC 5545 §3.6.1' },
  'repeated-property': { severity: 'warning', trips: ['outlook', 'google'], clause: 'RFC 5545 §3.6.1' },
  'duplicate-uid': { severity: 'error', trips: ['outlook', 'google', 'apple'], clause: 'RFC 5545 §3.8.4.7' },
  'duplicate-override': { severity: 'error', trips: all, clause: 'RFC 5545 §3.8.4.4' },
  'override-without-master': { severity: 'warning', trips: ['google', 'outlook'], clause: 'RFC 5545 §3.8.4.4' },
  // Times
  'unreadable-time': { severity: 'error', trips: all, clause: 'RFC 5545 §3.3.5' },
  'end-before-start': { severity: 'error', trips: ['outlook', 'google'], clause: 'RFC 5545 §3.8.2.2' },
  'end-type': { severity: 'error', trips: ['outlook', 'google', 'thunderbird'], clause: 'RFC 5545 §3.8.2.2' },
  'end-and-duration': { severity: 'warning', trips: ['outlook', 'google'], clause: 'RFC 5545 §3.6.1' },
  'unreadable-duration': { severity: 'error', trips: all, clause: 'RFC 5545 §3.3.6' },
  'missing-value-date': { severity: 'error', trips: ['outlook', 'google', 'thunderbird'], clause: 'RFC 5545 §3.3.4' },
  'tzid-with-utc': { severity: 'warning', trips: ['outlook', 'google'], clause: 'RFC 5545 §3.2.19' },
  // Series
  'rule-invalid': { severity: 'error', trips: all, clause: 'RFC 5545 §3.3.10' },
  'rule-odd': { severity: 'warning', trips: ['outlook', 'google', 'apple'], clause: 'RFC 5545 §3.3.10' },
  'until-form': { severity: 'warning', trips: ['google', 'outlook', 'apple'], clause: 'RFC 5545 §3.3.10' },
  'several-rules': { severity: 'warning', trips: ['outlook', 'google', 'apple'], clause: 'RFC 5545 §3.8.5.3' },
  'exception-type': { severity: 'warning', trips: ['google', 'outlook', 'apple'], clause: 'RFC 5545 §3.8.5.1' },
  'override-type': { severity: 'warning', trips: ['google', 'outlook', 'apple'], clause: 'RFC 5545 §3.8.4.4' },
  // Time zones
  'missing-vtimezone': { severity: 'error', trips: ['outlook', 'apple'], clause: 'RFC 5545 §3.2.19' },
  'unknown-zone': { severity: 'error', trips: all, clause: 'RFC 5545 §3.2.19' },
  'windows-zone': { severity: 'warning', trips: ['google', 'apple'], clause: 'RFC 5545 §3.2.19' },
  'duplicate-vtimezone': { severity: 'warning', trips: ['outlook', 'google'], clause: 'RFC 5545 §3.6.5' },
  'vtimezone-invalid': { severity: 'error', trips: ['outlook', 'thunderbird'], clause: 'RFC 5545 §3.6.5' },
  'vtimezone-outdated': { severity: 'error', trips: ['outlook', 'apple', 'thunderbird'], clause: 'RFC 5545 §3.6.5' },
  'vtimezone-dated': { severity: 'warning', trips: ['outlook'], clause: 'RFC 5545 §3.6.5' },
  // Content
  'unescaped-text': { severity: 'warning', trips: ['outlook', 'google'], clause: 'RFC 5545 §3.3.11' },
  'unknown-escape': { severity: 'warning', trips: ['outlook'], clause: 'RFC 5545 §3.3.11' },
  'inline-attachment': { severity: 'warning', trips: ['outlook', 'google'], clause: 'RFC 5545 §3.8.1.1' },
  'alarm-incomplete': { severity: 'warning', trips: ['outlook', 'apple', 'thunderbird'], clause: 'RFC 5545 §3.6.6' },
  'alarm-action': { severity: 'warning', trips: ['outlook', 'google', 'apple'], clause: 'RFC 5545 §3.8.6.1' },
  'alarms-ignored': { severity: 'info', trips: ['outlook', 'google', 'apple'], clause: 'RFC 5545 §3.6.6' },
} as const satisfies Readonly<Record<string, Rule>>

/** What was found, for programs. */
export type LintCode = keyof typeof rules

/** One thing over which a subscriber would trip. */
export interface LintFinding {
  readonly code: LintCode
  readonly severity: LintSeverity
  /** The physical line, counted from 1, where it is or where its component begins. */
  readonly line: number
  /** Who may trip over it, of those asked for. */
  readonly subscribers: readonly Subscriber[]
  /** What is wrong and what to write instead, in English. */
  readonly message: string
  /** `RFC 5545 §3.1`. */
  readonly clause: string
  /** On the last finding of its code, where there are more than are told: how many further ones there are. */
  readonly more?: number
}

/** Where the checks write. */
export interface LintLog {
  /** @param offset into the text, of the line that is meant. */
  add(code: LintCode, offset: number, message: string): void
}

/** Of one code; the same mistake in every event is told often enough with that. */
const maxPerCode = 20

/** @param wanted only what trips one of them is kept. */
export const createLintLog = (lineAt: (offset: number) => number, wanted: readonly Subscriber[]) => {
  const findings: LintFinding[] = []
  const counts = new Map<LintCode, number>()
  return {
    add(code: LintCode, offset: number, message: string) {
      const { severity, trips, clause } = rules[code]
      const tripped = trips.filter((subscriber: Subscriber) => wanted.includes(subscriber))
      const count = (counts.get(code) ?? 0) + 1
      counts.set(code, count)
      if (tripped.length === 0 || count > maxPerCode) return
      findings.push({ code, severity, line: lineAt(offset), subscribers: tripped, message, clause })
    },
    /** In the order of the lines. */
    take: (): readonly LintFinding[] => {
      const last = new Map<LintCode, LintFinding>()
      findings.sort((a, b) => a.line - b.line)
      for (const finding of findings) last.set(finding.code, finding)
      return findings.map((finding) => {
        const more = (counts.get(finding.code) ?? 0) - maxPerCode
        return more > 0 && last.get(finding.code) === finding ? { ...finding, more } : finding
      })
    },
  }
}
