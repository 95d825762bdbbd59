import { useEffect, useState } from 'preact/hooks'
import { call, type JoinedSetup } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { Copy } from '../../ui/copy.tsx'
import { Field, TextField } from '../../ui/field.tsx'
import { useAction, useLoaded } from '../../ui/hooks.ts'
import { ErrorNote } from '../../ui/note.tsx'
import { useWhen } from '../../ui/when.ts'
import { NumberField } from '../exchange/setup-fields.tsx'

type Settings = JoinedSetup['settings']
type Service = 'google' | 'microsoft'

const usual = {
  google: { issuer: 'https://accounts.google.com', address: 'https://apidata.googleusercontent.com' },
  microsoft: { issuer: 'https://login.microsoftonline.com', address: 'https://graph.microsoft.com/v1.0' },
} as const

/** The administrator's set-up of outside calendars: the portal's registration at Google and Microsoft, and servers inside. */
export const JoinedSetupPart = () => {
  const texts = useTexts()
  const { joined, exchange } = texts
  const { date } = useWhen()
  const ask = useConfirm()
  const setup = useLoaded('joined-setup', (signal) => call<JoinedSetup>('GET', '/admin/joined', { signal }))
  const [settings, setSettings] = useState<Settings | null>(null)
  const [inside, setInside] = useState('')
  const [secrets, setSecrets] = useState<Readonly<Record<Service, string>>>({ google: '', microsoft: '' })
  const [saved, setSaved] = useState(false)
  useEffect(() => {
    if (setup.data === null) return
    setSettings(setup.data.settings)
    setInside(setup.data.settings.inside.join('\n'))
  }, [setup.data])
  const save = useAction(async () => {
    setSaved(false)
    const given = Object.fromEntries(Object.entries(secrets).filter(([, secret]) => secret !== ''))
    const origins = inside.split(/\s+/).filter((line) => line !== '')
    await call('PUT', '/admin/joined', { body: { settings: { ...settings, inside: origins }, secrets: given } })
    setSecrets({ google: '', microsoft: '' })
    setSaved(true)
    setup.reload()
  })
  const forget = useAction(async (service: Service) => {
    const text = joined.adminForgetAsk(joined.services[service])
    if (!(await ask({ title: texts.doors.confirmTitle, text, act: exchange.forget }))) return
    await call('DELETE', `/admin/joined/secrets/${service}`)
    setup.reload()
  })
  if (setup.data === null || settings === null) return <ErrorNote error={setup.error} />
  const { callback, secrets: setMs } = setup.data
  const change = (service: Service, patch: Partial<Settings['google'] & Settings['microsoft']>) => {
    setSaved(false)
    setSettings({ ...settings, [service]: { ...settings[service], ...patch } })
  }

  const registration = (service: Service) => {
    const { clientId, issuer, address } = settings[service]
    const given = setMs[service]
    return (
      <fieldset class="field">
        <legend>{joined.services[service]}</legend>
        <div class="columns">
          <TextField
            label={exchange.clientId}
            value={clientId}
            autocomplete="off"
            onInput={(next) => change(service, { clientId: next })}
          />
          <div class="row secret">
            <TextField
              label={exchange.appSecret}
              secret
              autocomplete="new-password"
              value={secrets[service]}
              hint={given === null ? joined.adminSecretNone : exchange.secretSet(date(given))}
              onInput={(next) => setSecrets({ ...secrets, [service]: next })}
            />
            {given !== null && (
              <button
                type="button"
                class="button danger"
                aria-label={`${exchange.forget}: ${joined.services[service]}`}
                disabled={forget.busy}
                onClick={() => void forget.run(service)}
              >
                {exchange.forget}
              </button>
            )}
          </div>
          {service === 'microsoft' && (
            <TextField
              label={joined.adminTenant}
              hint={joined.adminTenantHint}
              value={settings.microsoft.tenant}
              onInput={(tenant) => change('microsoft', { tenant })}
            />
          )}
          <TextField
            label={joined.adminIssuer}
            hint={joined.adminDefault(usual[service].issuer)}
            value={issuer}
            onInput={(next) => change(service, { issuer: next })}
          />
          <TextField
            label={joined.adminAddress}
            hint={joined.adminDefault(usual[service].address)}
            value={address}
            onInput={(next) => change(service, { address: next })}
          />
        </div>
      </fieldset>
    )
  }

  return (
    <>
      <p class="sub">{joined.adminSub}</p>
      <form
        class="exchange-setup"
        onSubmit={(event) => {
          event.preventDefault()
          void save.run()
        }}
      >
        <Copy label={joined.adminCallback} value={callback} />
        {registration('google')}
        {registration('microsoft')}
        <div class="columns">
          <Field label={joined.adminInside} hint={joined.adminInsideHint}>
            {(control) => (
              <textarea
                {...control}
                rows={3}
                value={inside}
                onInput={({ currentTarget }) => {
                  setSaved(false)
                  setInside(currentTarget.value)
                }}
              />
            )}
          </Field>
          <NumberField
            label={joined.adminInterval}
            value={settings.intervalMinutes}
            max={1_440}
            onChange={(intervalMinutes) => {
              setSaved(false)
              setSettings({ ...settings, intervalMinutes })
            }}
          />
        </div>
        <ErrorNote error={save.error ?? forget.error} />
        <div class="row">
          <button type="submit" class="button main" disabled={save.busy}>
            {texts.save}
          </button>
          {saved && <span role="status">{texts.saved}</span>}
        </div>
      </form>
    </>
  )
}
