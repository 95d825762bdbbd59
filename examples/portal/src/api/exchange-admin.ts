import { CalendarError, RemoteError } from '@dayport/core'
import { discoverEws, ewsRetirementOf } from '@dayport/exchange-connector/ews'
import { z } from 'zod'
import type { Person } from '../accounts/people.ts'
import { isComplete } from '../exchange/settings.ts'
import { exchangeStateOf } from '../exchange/state-json.ts'
import type { PortalParts } from '../parts.ts'
import { byId } from './account.ts'
import { runJson } from './exchange-json.ts'
import {
  ExchangeDiscovery,
  ExchangeDiscoveryRequest,
  ExchangePerson,
  ExchangePersonChange,
  ExchangeRequestedRun,
  ExchangeRun,
  ExchangeSetup,
  ExchangeSetupChange,
  ExchangeTest,
  ExchangeTestResult,
} from './exchange-schemas.ts'
import { type Operation, operation } from './operation.ts'

const runsShown = 50
const trialSubjects = {
  ru: 'Проверка подключения (удалится сама)',
  en: 'Connection test (goes away by itself)',
} as const

/** What administrators set up and see of Exchange. */
export const exchangeAdminOperations = (parts: PortalParts): readonly Operation[] => {
  const { exchange, people, audit, now } = parts

  const setup = () => {
    const settings = exchange.settings.get()
    const secretSetMs = exchange.settings.secretSetMs()
    return {
      settings,
      secretSetMs,
      proxySecretSetMs: exchange.settings.proxySecret.setMs(),
      complete: isComplete(settings, secretSetMs !== null),
      retirement: settings.backend === 'ews' ? ewsRetirementOf(settings.ews.address) : null,
    }
  }

  const personOf = (id: string): Person => {
    const person = people.get(id)
    if (person === null || person.kind !== 'individual') throw new CalendarError('not-found', 'No such person')
    return person
  }

  return [
    operation({
      method: 'get',
      address: '/admin/exchange',
      id: 'getExchangeSetup',
      summary: 'The settings of Exchange; the secret is never told, only when it was given',
      access: 'admin',
      status: 200,
      answer: ExchangeSetup,
      handle: async () => setup(),
    }),

    operation({
      method: 'put',
      address: '/admin/exchange',
      id: 'putExchangeSetup',
      summary:
        'Saves the settings, and a new secret where one is given; a kept one is forgotten where they name another server. Synchronisation goes on with them at once',
      access: 'admin',
      body: ExchangeSetupChange,
      status: 200,
      answer: ExchangeSetup,
      handle: async ({ caller, body }) => {
        const { id } = caller.person
        const wasOn = exchange.isEnabled()
        const hadSecret = exchange.settings.secretSetMs() !== null
        await exchange.save(body.settings, body.secret ?? null, body.proxySecret ?? null)
        if (body.proxySecret !== undefined) {
          await audit.write({ person: id, actor: id, kind: 'exchange', action: 'made', name: 'proxy' })
        }
        if (body.secret !== undefined) {
          await audit.write({ person: id, actor: id, kind: 'exchange', action: 'made', name: body.settings.backend })
        } else if (hadSecret && exchange.settings.secretSetMs() === null) {
          await audit.write({ person: id, actor: id, kind: 'exchange', action: 'revoked', name: body.settings.backend })
        }
        if (body.settings.enabled !== wasOn) {
          const action = body.settings.enabled ? 'on' : 'off'
          await audit.write({ person: id, actor: id, kind: 'door', action, name: 'exchange' })
        }
        return setup()
      },
    }),

    operation({
      method: 'delete',
      address: '/admin/exchange/secret',
      id: 'deleteExchangeSecret',
      summary: 'Forgets the secret: synchronisation stops until another is given',
      access: 'admin',
      status: 204,
      handle: async ({ caller }) => {
        const { id } = caller.person
        await exchange.forgetSecret()
        const { backend } = exchange.settings.get()
        await audit.write({ person: id, actor: id, kind: 'exchange', action: 'revoked', name: backend })
      },
    }),

    operation({
      method: 'delete',
      address: '/admin/exchange/proxy-secret',
      id: 'deleteExchangeProxySecret',
      summary: 'Forgets the password of the proxy',
      access: 'admin',
      status: 204,
      handle: async ({ caller }) => {
        const { id } = caller.person
        await exchange.forgetProxySecret()
        await audit.write({ person: id, actor: id, kind: 'exchange', action: 'revoked', name: 'proxy' })
      },
    }),

    operation({
      method: 'post',
      address: '/admin/exchange/test',
      id: 'testExchange',
      summary: 'Tries settings step by step, saved or not; ends behind the first step that fails',
      access: 'admin',
      body: ExchangeTest,
      status: 200,
      answer: ExchangeTestResult,
      handle: async ({ caller, body }) => {
        const { settings, secret = null, mailbox, write } = body
        const subject = trialSubjects[caller.person.locale]
        try {
          return [
            ...(await exchange.test(settings, secret, {
              mailbox,
              write,
              subject,
              proxySecret: body.proxySecret ?? null,
            })),
          ]
        } catch (error) {
          if (!RemoteError.is(error)) throw error
          return [{ step: 'address' as const, ok: false, kind: error.kind, code: error.code, requestId: null }]
        }
      },
    }),

    operation({
      method: 'post',
      address: '/admin/exchange/discover',
      id: 'discoverExchange',
      summary: 'Looks for the address of Exchange Server; credentials go to origins named as trusted only',
      access: 'admin',
      body: ExchangeDiscoveryRequest,
      status: 200,
      answer: ExchangeDiscovery,
      handle: async ({ body }) => {
        const { mailbox, trusted, user, secret } = body
        const authorization =
          user === undefined || secret === undefined
            ? null
            : `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`
        const found = await discoverEws({ email: mailbox, fetch: exchange.fetch, trusted, authorization })
        return {
          kind: found.kind,
          address: found.kind === 'found' ? found.url : null,
          origin: found.kind === 'confirm' ? found.origin : null,
        }
      },
    }),

    operation({
      method: 'get',
      address: '/admin/exchange/people',
      id: 'listExchangePeople',
      summary: 'Everybody with their mailbox and the state of their connection',
      access: 'admin',
      status: 200,
      answer: z.array(ExchangePerson),
      handle: async ({ caller }) => {
        const individuals = people.list().filter(({ kind }) => kind === 'individual')
        return Promise.all(
          individuals.map(async (person) => {
            const { mailbox: own, off } = exchange.members.get(person.id)
            const { id, login, name } = person
            return {
              id,
              login,
              name,
              own,
              off,
              exchange: await exchangeStateOf(exchange, person, caller.person, now()),
            }
          }),
        )
      },
    }),

    operation({
      method: 'patch',
      address: '/admin/exchange/people/{id}',
      id: 'changeExchangePerson',
      summary: 'Gives a person a mailbox of their own choice, or leaves them out',
      access: 'admin',
      path: byId,
      body: ExchangePersonChange,
      status: 204,
      handle: async ({ path, body }) => {
        const { mailbox, off } = body
        await exchange.changeMember(personOf(path.id), {
          ...(mailbox === undefined ? {} : { mailbox }),
          ...(off === undefined ? {} : { off }),
        })
      },
    }),

    operation({
      method: 'post',
      address: '/admin/exchange/people/{id}/sync',
      id: 'syncExchangePerson',
      summary: 'Exchanges a person’s changes now',
      access: 'admin',
      path: byId,
      status: 202,
      answer: ExchangeRequestedRun,
      handle: async ({ path }) => {
        const { runId, joined, done } = await exchange.sync.syncNow((await exchange.ofPerson(personOf(path.id).id)).id)
        done.catch(() => undefined)
        return { run: runId, joined }
      },
    }),

    operation({
      method: 'get',
      address: '/admin/exchange/people/{id}/runs',
      id: 'listExchangePersonRuns',
      summary: 'A person’s runs, newest first; without anything of their events',
      access: 'admin',
      path: byId,
      status: 200,
      answer: z.array(ExchangeRun),
      handle: async ({ path }) => {
        const { id } = await exchange.ofPerson(personOf(path.id).id)
        return (await exchange.sync.runs(id, runsShown)).map(runJson)
      },
    }),
  ]
}
