import { useState } from 'preact/hooks'
import { call, type JoinedAccount, type JoinedList } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { TextField } from '../../ui/field.tsx'
import { type Loaded, useAction } from '../../ui/hooks.ts'
import { ErrorNote } from '../../ui/note.tsx'
import { Window } from '../../ui/window.tsx'
import { goToService } from './go-to-service.ts'

type Service = JoinedAccount['service']

const order: readonly Service[] = ['icloud', 'google', 'microsoft', 'fastmail', 'caldav']
const isOAuth = (service: Service): service is 'google' | 'microsoft' => service === 'google' || service === 'microsoft'

/** Which service, and the sign-in there: by a password, or on the service's own page. */
export const SignInWindow = ({
  list,
  onClose,
  onMade,
}: {
  readonly list: Loaded<JoinedList>
  readonly onClose: () => void
  readonly onMade: (account: JoinedAccount) => void
}) => {
  const texts = useTexts()
  const { joined } = texts
  const [service, setService] = useState<Service>('icloud')
  const [address, setAddress] = useState('')
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const offered = list.data?.services ?? order.filter((one) => !isOAuth(one))
  const missing = order.filter((one) => !offered.includes(one))
  const next = useAction(async () => {
    if (isOAuth(service)) return goToService(service, null)
    const body = { service, address: address.trim(), login: login.trim(), password }
    onMade(await call<JoinedAccount>('POST', '/joined/accounts', { body }))
  })
  const isFilled =
    isOAuth(service) || (login.trim() !== '' && password !== '' && (service !== 'caldav' || address.trim() !== ''))
  const name = joined.services[service]
  return (
    <Window
      title={joined.title}
      sub={joined.sub}
      onClose={onClose}
      onSubmit={() => void next.run()}
      footer={
        <>
          <span class="first" role="status">
            {next.busy ? joined.finding : ''}
          </span>
          <button type="button" class="button" onClick={onClose}>
            {texts.cancel}
          </button>
          <button type="submit" class="button main" disabled={next.busy || !isFilled}>
            {isOAuth(service) ? joined.goTo(name) : joined.find}
          </button>
        </>
      }
    >
      <fieldset class="field">
        <legend>{joined.service}</legend>
        {order
          .filter((one) => offered.includes(one))
          .map((one) => (
            <label key={one} class="choice">
              <input
                type="radio"
                name="joined-service"
                checked={service === one}
                onChange={() => {
                  setService(one)
                  // A password for one service is not shown to another by a slip.
                  setPassword('')
                }}
              />
              <span>{joined.services[one]}</span>
            </label>
          ))}
        {list.data !== null && missing.length > 0 && (
          <p class="hint">{joined.missing(missing.map((one) => joined.services[one]))}</p>
        )}
      </fieldset>
      {isOAuth(service) ? (
        <p>{joined.goToHint(name)}</p>
      ) : (
        <>
          {service === 'caldav' && (
            <TextField
              label={joined.address}
              hint={joined.addressHint}
              value={address}
              onInput={setAddress}
              autocomplete="off"
              placeholder="cloud.example.org"
              maxLength={500}
            />
          )}
          <TextField
            label={joined.login}
            {...(joined.loginHints[service] === '' ? {} : { hint: joined.loginHints[service] })}
            value={login}
            onInput={setLogin}
            autocomplete="off"
            maxLength={320}
          />
          <TextField
            label={joined.password}
            hint={joined.passwordHints[service]}
            secret
            value={password}
            onInput={setPassword}
            autocomplete="off"
            maxLength={1_000}
          />
          <p class="hint">{joined.passwordKept}</p>
        </>
      )}
      <ErrorNote error={next.error ?? list.error} />
    </Window>
  )
}
