import { call, type ExchangeSetup } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { Field, TextField } from '../../ui/field.tsx'
import { useAction } from '../../ui/hooks.ts'
import { ErrorNote } from '../../ui/note.tsx'
import { useWhen } from '../../ui/when.ts'
import { Choice, NumberField } from './setup-fields.tsx'

type Settings = Pick<ExchangeSetup['settings'], 'timeZone' | 'webMail' | 'proxy'>

/** The way to the servers, the zone of what is written there, and where mail is read. */
export const ExchangeNetwork = ({
  settings: { timeZone, webMail, proxy },
  secret,
  secretSetMs,
  faultOf,
  onChange,
  onSecret,
  onForgotten,
}: {
  readonly settings: Settings
  /** A new password of the proxy; '' for none. */
  readonly secret: string
  readonly secretSetMs: number | null
  /** Why a field was refused; `null`: it was not. */
  readonly faultOf: (field: 'webMail' | 'proxy.host') => string | null
  readonly onChange: (patch: Partial<Settings>) => void
  readonly onSecret: (secret: string) => void
  readonly onForgotten: () => void
}) => {
  const texts = useTexts()
  const { exchange } = texts
  const { date } = useWhen()
  const ask = useConfirm()
  const forget = useAction(async () => {
    const question = { title: texts.doors.confirmTitle, text: exchange.forgetAsk, act: exchange.forget }
    if (!(await ask(question))) return
    await call('DELETE', '/admin/exchange/proxy-secret')
    onForgotten()
  })
  return (
    <>
      <h2>{exchange.network}</h2>
      <div class="columns">
        <Field label={exchange.timeZone}>
          {(control) => (
            <select
              {...control}
              value={timeZone}
              onChange={({ currentTarget }) => onChange({ timeZone: currentTarget.value })}
            >
              <option value="">{exchange.timeZoneOwn}</option>
              {[...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])].map((zone) => (
                <option key={zone} value={zone}>
                  {zone}
                </option>
              ))}
            </select>
          )}
        </Field>
        <TextField
          label={exchange.webMail}
          value={webMail}
          hint={exchange.webMailHint}
          fault={faultOf('webMail')}
          placeholder="https://mail.example.org/owa/"
          onInput={(next) => onChange({ webMail: next })}
        />
        <TextField
          label={exchange.proxyHost}
          value={proxy.host}
          hint={exchange.proxyHint}
          fault={faultOf('proxy.host')}
          placeholder="proxy.example.org"
          onInput={(host) => onChange({ proxy: { ...proxy, host } })}
        />
        {proxy.host !== '' && (
          <>
            <Choice
              label={exchange.proxyScheme}
              value={proxy.scheme}
              words={{ http: 'http', https: 'https' }}
              onChoose={(scheme) => onChange({ proxy: { ...proxy, scheme } })}
            />
            <NumberField
              label={exchange.proxyPort}
              value={proxy.port}
              max={65_535}
              onChange={(port) => onChange({ proxy: { ...proxy, port } })}
            />
            <TextField
              label={exchange.proxyUser}
              value={proxy.user}
              autocomplete="off"
              onInput={(user) => onChange({ proxy: { ...proxy, user } })}
            />
            {proxy.user !== '' && (
              <div class="row secret">
                <TextField
                  label={exchange.proxySecret}
                  secret
                  autocomplete="new-password"
                  value={secret}
                  hint={secretSetMs === null ? exchange.secretNone : exchange.secretSet(date(secretSetMs))}
                  onInput={onSecret}
                />
                {secretSetMs !== null && (
                  <button
                    type="button"
                    class="button danger"
                    aria-label={exchange.proxyForget}
                    disabled={forget.busy}
                    onClick={() => void forget.run()}
                  >
                    {exchange.forget}
                  </button>
                )}
              </div>
            )}
          </>
        )}
      </div>
      <ErrorNote error={forget.error} />
    </>
  )
}
