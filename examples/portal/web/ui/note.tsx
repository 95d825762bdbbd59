import type { ComponentChildren } from 'preact'
import { errorText, useTexts } from '../texts/index.ts'
import { Icon, type IconName } from './icon.tsx'

const icons = { ok: 'check', warn: 'warning', err: 'error', info: 'info', plain: 'lock' } as const

/** A coloured note; the icon has a shape of its own, so that colour only repeats what it says. */
export const Note = ({
  kind,
  icon,
  children,
}: {
  readonly kind: 'ok' | 'warn' | 'err' | 'info' | 'plain'
  /** Instead of the kind's own. */
  readonly icon?: IconName
  readonly children: ComponentChildren
}) => (
  <div class={`note ${kind}`} role={kind === 'err' ? 'alert' : undefined}>
    <Icon name={icon ?? icons[kind]} />
    <div>{children}</div>
  </div>
)

/** What went wrong, if anything. */
export const ErrorNote = ({ error }: { readonly error: unknown }) => {
  const texts = useTexts()
  if (error === null) return null
  return (
    <Note kind="err">
      <p>{errorText(texts, error)}</p>
    </Note>
  )
}
