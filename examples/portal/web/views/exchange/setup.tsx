import { useEffect, useState } from 'preact/hooks'
import { ApiError, call, type ExchangeDiscovery, type ExchangeSetup, type ExchangeTestResult } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { useConfirm } from '../../ui/confirm.tsx'
import { CheckField, TextField } from '../../ui/field.tsx'
import { useAction, useLoaded } from '../../ui/hooks.ts'
import { Icon } from '../../ui/icon.tsx'
import { ErrorNote, Note } from '../../ui/note.tsx'
import { useWhen } from '../../ui/when.ts'
import { Choice, NumberField } from './setup-fields.tsx'
import { ExchangeNetwork } from './setup-network.tsx'
import { ExchangePeople } from './setup-people.tsx'
import { TestSteps } from './test-steps.tsx'

type Settings = ExchangeSetup['settings']

/** Which fields the API does not take, as it names them. */
const refusedFields = (error: unknown): readonly string[] =>
  error instanceof ApiError && error.code === 'invalid-request' && Array.isArray(error.details.issues)
    ? error.details.issues.map((issue: { readonly field: string }) => issue.field)
    : []

/** The administrator's set-up of Exchange: the server, what is exchanged, a test step by step, and everybody's state. */
export const ExchangeSetupPart = () => {
  const texts = useTexts()
  const { exchange } = texts
  const { date } = useWhen()
  const ask = useConfirm()
  const setup = useLoaded('exchange-setup', (signal) => call<ExchangeSetup>('GET', '/admin/exchange', { signal }))
  const [settings, setSettings] = useState<Settings | null>(null)
  const [secret, setSecret] = useState('')
  const [proxySecret, setProxySecret] = useState('')
  const [mailbox, setMailbox] = useState('')
  const [write, setWrite] = useState(false)
  const [results, setResults] = useState<ExchangeTestResult | null>(null)
  const [found, setFound] = useState<'none' | null>(null)
  const [saved, setSaved] = useState(false)
  useEffect(() => {
    if (setup.data !== null) setSettings(setup.data.settings)
  }, [setup.data])
  const given = secret === '' ? {} : { secret }
  const proxyGiven = proxySecret === '' ? {} : { proxySecret }
  const save = useAction(async () => {
    setSaved(false)
    await call('PUT', '/admin/exchange', { body: { settings, ...given, ...proxyGiven } })
    setSecret('')
    setProxySecret('')
    setSaved(true)
    setup.reload()
  })
  const forget = useAction(async () => {
    if (!(await ask({ title: texts.doors.confirmTitle, text: exchange.forgetAsk, act: exchange.forget }))) return
    await call('DELETE', '/admin/exchange/secret')
    setup.reload()
  })
  const test = useAction(async () => {
    setResults([])
    const body = { settings, ...given, ...proxyGiven, mailbox: mailbox.trim(), write }
    setResults(await call<ExchangeTestResult>('POST', '/admin/exchange/test', { body }))
  })
  const find = useAction(async () => {
    setFound(null)
    const trusted: string[] = []
    for (;;) {
      const body = {
        mailbox: mailbox.trim(),
        trusted,
        ...(trusted.length > 0 ? { user: settings?.ews.user ?? '', ...given } : {}),
      }
      const answer = await call<ExchangeDiscovery>('POST', '/admin/exchange/discover', { body })
      const { origin, address } = answer
      if (address !== null) return change({ ews: { address } })
      if (origin === null || trusted.includes(origin)) return setFound('none')
      const question = { title: exchange.find, text: exchange.confirmOrigin(origin), act: exchange.trust }
      if (!(await ask(question))) return
      trusted.push(origin)
    }
  })
  if (setup.data === null || settings === null) return <ErrorNote error={setup.error} />
  const { secretSetMs, retirement } = setup.data
  const change = (
    patch: Partial<Omit<Settings, 'ews' | 'graph'>> & {
      readonly ews?: Partial<Settings['ews']>
      readonly graph?: Partial<Settings['graph']>
    },
  ) => {
    setSaved(false)
    setSettings({
      ...settings,
      ...patch,
      ews: { ...settings.ews, ...patch.ews },
      graph: { ...settings.graph, ...patch.graph },
    })
  }
  const { ews, graph } = settings
  const isGraph = settings.backend === 'graph'
  const isApplication = isGraph || ews.signIn === 'oauth'
  const refused = refusedFields(save.error)
  const faultOf = (field: keyof typeof exchange.faults): string | null =>
    refused.includes(`settings.${field}`) ? exchange.faults[field] : null
  return (
    <>
      <p class="sub">{exchange.adminSub}</p>
      <div class="setup-columns">
        <form
          class="exchange-setup"
          onSubmit={(event) => {
            event.preventDefault()
            void save.run()
          }}
        >
          <CheckField
            label={exchange.enabled}
            hint={exchange.enabledHint}
            checked={settings.enabled}
            onChange={(enabled) => change({ enabled })}
          />
          <h2>{exchange.server}</h2>
          <fieldset class="switch">
            <legend class="hidden-text">{exchange.server}</legend>
            {(['ews', 'graph'] as const).map((backend) => (
              <button
                key={backend}
                type="button"
                aria-pressed={settings.backend === backend}
                onClick={() => change({ backend })}
              >
                {exchange.backends[backend]}
              </button>
            ))}
          </fieldset>
          {retirement !== null && !isGraph && (
            <Note kind="warn">
              <p>
                {exchange.retirement(
                  date(Date.parse(retirement.restrictedFrom)),
                  date(Date.parse(retirement.removedOn)),
                )}
              </p>
            </Note>
          )}
          <div class="columns">
            {isGraph ? (
              <>
                <TextField
                  label={exchange.tenant}
                  value={graph.tenant}
                  onInput={(tenant) => change({ graph: { tenant } })}
                />
                <TextField
                  label={exchange.clientId}
                  value={graph.clientId}
                  onInput={(clientId) => change({ graph: { clientId } })}
                />
              </>
            ) : (
              <>
                <TextField
                  label={exchange.address}
                  value={ews.address}
                  fault={faultOf('ews.address')}
                  placeholder="https://mail.example.org/EWS/Exchange.asmx"
                  onInput={(address) => change({ ews: { address } })}
                />
                <Choice
                  label={exchange.signIn}
                  value={ews.signIn}
                  words={exchange.signIns}
                  onChoose={(signIn) => change({ ews: { signIn } })}
                />
                {ews.signIn === 'oauth' ? (
                  <>
                    <TextField
                      label={exchange.tenant}
                      value={ews.tenant}
                      onInput={(tenant) => change({ ews: { tenant } })}
                    />
                    <TextField
                      label={exchange.clientId}
                      value={ews.clientId}
                      onInput={(clientId) => change({ ews: { clientId } })}
                    />
                  </>
                ) : (
                  <>
                    <TextField
                      label={exchange.user}
                      value={ews.user}
                      autocomplete="off"
                      onInput={(user) => change({ ews: { user } })}
                    />
                    {ews.signIn === 'ntlm' && (
                      <TextField
                        label={exchange.domain}
                        value={ews.domain}
                        onInput={(domain) => change({ ews: { domain } })}
                      />
                    )}
                  </>
                )}
                <Choice
                  label={exchange.access}
                  value={ews.access}
                  words={exchange.accesses}
                  onChoose={(access) => change({ ews: { access } })}
                />
              </>
            )}
            <div class="row secret">
              <TextField
                label={isApplication ? exchange.appSecret : exchange.secret}
                secret
                autocomplete="new-password"
                value={secret}
                hint={secretSetMs === null ? exchange.secretNone : exchange.secretSet(date(secretSetMs))}
                onInput={setSecret}
              />
              {secretSetMs !== null && (
                <button type="button" class="button danger" disabled={forget.busy} onClick={() => void forget.run()}>
                  {exchange.forget}
                </button>
              )}
            </div>
            <TextField
              label={exchange.mailbox}
              value={settings.mailbox}
              hint={exchange.mailboxHint}
              fault={faultOf('mailbox')}
              onInput={(pattern) => change({ mailbox: pattern })}
            />
            <Choice
              label={exchange.direction}
              value={settings.direction}
              words={exchange.directions}
              onChoose={(direction) => change({ direction })}
            />
            <Choice
              label={exchange.earlier}
              value={settings.earlier}
              words={exchange.earliers}
              onChoose={(earlier) => change({ earlier })}
            />
            <Choice
              label={exchange.conflicts}
              value={settings.conflicts}
              words={exchange.conflictChoices}
              onChoose={(conflicts) => change({ conflicts })}
            />
            <Choice
              label={exchange.deletes}
              value={settings.deletes}
              words={exchange.deleteChoices}
              onChoose={(deletes) => change({ deletes })}
            />
            <Choice
              label={exchange.privacy}
              value={settings.privateEvents}
              words={exchange.privacies}
              onChoose={(privateEvents) => change({ privateEvents })}
            />
            <NumberField
              label={exchange.past}
              value={settings.pastDays}
              max={1_100}
              onChange={(pastDays) => change({ pastDays })}
            />
            <NumberField
              label={exchange.future}
              value={settings.futureDays}
              max={1_100}
              onChange={(futureDays) => change({ futureDays })}
            />
            <NumberField
              label={exchange.interval}
              value={settings.intervalMinutes}
              max={1_440}
              onChange={(intervalMinutes) => change({ intervalMinutes })}
            />
          </div>
          <CheckField
            label={exchange.hints}
            hint={isGraph ? exchange.hintsGraph : exchange.hintsEws}
            checked={settings.hints}
            onChange={(hints) => change({ hints })}
          />
          <ExchangeNetwork
            faultOf={faultOf}
            settings={settings}
            secret={proxySecret}
            secretSetMs={setup.data.proxySecretSetMs}
            onChange={change}
            onSecret={setProxySecret}
            onForgotten={setup.reload}
          />
          <ErrorNote error={save.error ?? forget.error} />
          <div class="row">
            <button type="submit" class="button main" disabled={save.busy}>
              {texts.save}
            </button>
            {saved && <span role="status">{texts.saved}</span>}
            <span class="sub">{exchange.later}</span>
          </div>
        </form>
        <section class="setup-test" aria-labelledby="exchange-test">
          <h2 id="exchange-test">{exchange.test}</h2>
          <div class="columns">
            <TextField
              label={exchange.testMailbox}
              value={mailbox}
              placeholder="anna@example.org"
              onInput={setMailbox}
            />
            <CheckField label={exchange.testWrite} checked={write} onChange={setWrite} />
          </div>
          <div class="row">
            <button
              type="button"
              class="button"
              disabled={test.busy || mailbox.trim().length < 3}
              onClick={() => void test.run()}
            >
              <Icon name="refresh" />
              {exchange.testRun}
            </button>
            {!isGraph && (
              <button
                type="button"
                class="button"
                disabled={find.busy || mailbox.trim().length < 3}
                onClick={() => void find.run()}
              >
                <Icon name="search" />
                {exchange.find}
              </button>
            )}
          </div>
          <ErrorNote error={test.error ?? find.error} />
          <div role="status">
            {found === 'none' && <p class="sub">{exchange.notFound}</p>}
            {results === null ? <p class="sub">{exchange.testNever}</p> : <TestSteps results={results} write={write} />}
          </div>
        </section>
      </div>
      <ExchangePeople />
    </>
  )
}
