import { call, type OutlookConnection } from '../api.ts'
import { useTexts } from '../texts/index.ts'
import { useConfirm } from '../ui/confirm.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { useDoors } from '../ui/doors-context.ts'
import { useAction, useLoaded } from '../ui/hooks.ts'
import { ErrorNote } from '../ui/note.tsx'
import { useWhen } from '../ui/when.ts'
import { Closed, ConnectionTable, type Row, useSeen } from './connection-table.tsx'

/** Outlooks that are connected, each to one calendar. */
export const OutlookConnections = () => {
  const texts = useTexts()
  const { doors } = texts
  const on = useDoors()
  const ask = useConfirm()
  const when = useWhen()
  const seen = useSeen()
  const loaded = useLoaded('outlook', (signal) => call<OutlookConnection[]>('GET', '/outlook-connections', { signal }))
  const revoke = useAction(async ({ id, name }: OutlookConnection) => {
    if (!(await ask({ title: name, text: doors.outlookRevokeAsk, act: doors.outlookRevoke }))) return
    await call('DELETE', `/outlook-connections/${encodeURIComponent(id)}`)
    loaded.reload()
  })
  const rows = (loaded.data ?? []).map((connection): Row => {
    const { id, name, calendarName, folder, link, createdMs, mayWrite, state, lastSyncMs, lastUserAgent } = connection
    const of = calendarName === null ? doors.linkOfNothing : (folder ?? calendarName)
    const more = mayWrite || calendarName === null ? [] : [texts.readTag]
    return {
      key: id,
      icon: 'mail',
      name,
      sub: [of, ...more, doors.outlookMade(when.date(createdMs))].join(' · '),
      ...seen(lastSyncMs, lastUserAgent),
      state,
      action: (
        <span class="row">
          {link !== null && <CopyButton label={doors.copyLink(name)} value={link} />}
          <button
            type="button"
            class="button danger"
            aria-label={`${doors.outlookRevoke}: ${name}`}
            onClick={() => revoke.run(connection)}
          >
            {doors.outlookRevoke}
          </button>
        </span>
      ),
    }
  })
  return (
    <section aria-labelledby="outlook">
      <h2 id="outlook">Outlook</h2>
      <ErrorNote error={revoke.error ?? loaded.error} />
      {!on.outlook && <Closed text={texts.setup.outlookOff} />}
      {on.outlook && loaded.data?.length === 0 && <p class="sub">{doors.outlookNone}</p>}
      {rows.length > 0 && <ConnectionTable labelledBy="outlook" rows={rows} />}
    </section>
  )
}
