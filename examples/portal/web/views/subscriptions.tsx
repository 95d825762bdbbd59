import { call, type Subscription } from '../api.ts'
import { useTexts } from '../texts/index.ts'
import { useConfirm } from '../ui/confirm.tsx'
import { type Loaded, useAction } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { ErrorNote, Note } from '../ui/note.tsx'
import { useWhen } from '../ui/when.ts'

/** Outside calendars: how each stands, refresh now, and the end of it. */
export const SubscriptionList = ({
  subscriptions,
  onChanged,
}: {
  readonly subscriptions: Loaded<readonly Subscription[]>
  readonly onChanged: () => void
}) => {
  const texts = useTexts()
  const { doors } = texts
  const when = useWhen()
  const ask = useConfirm()
  const refresh = useAction(async ({ id }: Subscription) => {
    await call('POST', `/subscriptions/${encodeURIComponent(id)}/refresh`)
    onChanged()
  })
  const remove = useAction(async ({ id, name }: Subscription) => {
    const question = {
      title: doors.confirmTitle,
      text: doors.subscriptionRemoveAsk(name),
      act: doors.subscriptionRemove,
    }
    if (!(await ask(question))) return
    await call('DELETE', `/subscriptions/${encodeURIComponent(id)}`)
    onChanged()
  })
  const list = subscriptions.data ?? []
  if (list.length === 0) return null
  return (
    <section aria-labelledby="subscriptions">
      <h2 id="subscriptions">{doors.subscriptionsTitle}</h2>
      <ErrorNote error={refresh.error ?? remove.error ?? subscriptions.error} />
      <ul class="rows subscriptions">
        {list.map((one) => (
          <li key={one.id}>
            <div class="page-head">
              <div>
                <strong>{one.name}</strong>
                <p class="sub address">{one.url}</p>
                <p class="sub">
                  {doors.subscriptionLast(when.moment(one.lastSuccessMs))} ·{' '}
                  {doors.subscriptionNext(when.moment(one.nextFetchMs))}
                </p>
              </div>
              <button
                type="button"
                class="button"
                aria-label={`${doors.subscriptionRefresh}: ${one.name}`}
                disabled={refresh.busy}
                onClick={() => refresh.run(one)}
              >
                <Icon name="refresh" />
                {doors.subscriptionRefresh}
              </button>
              <button
                type="button"
                class="button danger"
                aria-label={`${doors.subscriptionRemove}: ${one.name}`}
                onClick={() => remove.run(one)}
              >
                {doors.subscriptionRemove}
              </button>
            </div>
            {one.lastError !== null && (
              <Note kind="warn">
                <p>
                  {doors.subscriptionFault} {texts.errors[one.lastError] ?? one.lastError}
                </p>
              </Note>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
