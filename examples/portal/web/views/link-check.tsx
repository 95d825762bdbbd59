import type { FeedLink } from '../api.ts'
import { checkLink, type LinkAnswer, linkWarnings } from '../link-check.ts'
import { type Texts, useTexts } from '../texts/index.ts'
import { useLoaded } from '../ui/hooks.ts'
import { Note } from '../ui/note.tsx'

/** `38 КБ` */
const sizeText = (bytes: number, locale: string): string => {
  const [value, unit] = bytes < 1_000_000 ? [Math.ceil(bytes / 1_000), 'kilobyte'] : [bytes / 1_000_000, 'megabyte']
  return new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: 1 }).format(value)
}

const faultText = ({ doors }: Texts, answer: Exclude<LinkAnswer, { readonly kind: 'ok' }>): string => {
  switch (answer.kind) {
    case 'unreachable':
      return `${doors.checkUnreachable} ${doors.askAdmin}`
    case 'login':
      return doors.checkLogin
    case 'html':
      return `${doors.checkHtml} ${doors.askAdmin}`
    case 'dead':
      return doors.checkDead
    case 'broken':
      return `${doors.checkBroken(answer.status)} ${doors.askAdmin}`
  }
}

/** Tries the link as soon as it is shown and again when it changes, and says what a program would get. */
export const LinkCheck = ({ link }: { readonly link: FeedLink }) => {
  const texts = useTexts()
  const { doors, locale } = texts
  const key = JSON.stringify([link.url, link.options, link.expiresMs])
  const check = useLoaded(key, (signal) =>
    checkLink(link.url, { fetch: (input, init) => fetch(input, init), now: () => performance.now(), signal }),
  )
  const warnings = linkWarnings(link.url, location.origin)
  const { host } = new URL(link.url)
  const answer = check.data

  const result = () => {
    if (answer === null) {
      return (
        <Note kind="plain" icon="refresh">
          <p>{doors.checkRun}</p>
        </Note>
      )
    }
    if (answer.kind !== 'ok') {
      return (
        <Note kind="err">
          <p>{faultText(texts, answer)}</p>
          <button type="button" class="button" onClick={check.reload}>
            {doors.checkAgain}
          </button>
        </Note>
      )
    }
    const seconds = Math.max(answer.ms / 1_000, 0.1).toLocaleString(locale, { maximumFractionDigits: 1 })
    return (
      <Note kind="ok" icon="ok">
        <p>
          <strong>{doors.checkOk}</strong> {doors.checkOkMore(answer.events, sizeText(answer.bytes, locale), seconds)}
        </p>
      </Note>
    )
  }

  return (
    <div class="check" role="status">
      {result()}
      {warnings.length > 0 && (
        <Note kind="warn">
          {warnings.includes('inside') && <p>{doors.checkInside(host)}</p>}
          {warnings.includes('other-origin') && <p>{doors.checkOther(host)}</p>}
          {warnings.includes('http') && <p>{doors.checkHttp}</p>}
        </Note>
      )}
    </div>
  )
}
