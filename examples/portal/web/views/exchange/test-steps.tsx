import type { ExchangeTestResult } from '../../api.ts'
import { useTexts } from '../../texts/index.ts'
import { Icon } from '../../ui/icon.tsx'
import { Note } from '../../ui/note.tsx'

const stepOrder = ['address', 'sign-in', 'rights', 'read', 'write'] as const

/** The steps of a connection test with their state in words, the failed one with its remedy. */
export const TestSteps = ({ results, write }: { readonly results: ExchangeTestResult; readonly write: boolean }) => {
  const { exchange } = useTexts()
  const byStep = new Map(results.map((result) => [result.step, result]))
  const steps = stepOrder.filter((step) => step !== 'write' || write)
  return (
    <ol class="test-steps">
      {steps.map((step) => {
        const result = byStep.get(step)
        const kind = result === undefined ? '' : result.ok ? 'ok' : 'err'
        return (
          <li key={step} class={kind}>
            <Icon name={result === undefined ? 'clock' : result.ok ? 'ok' : 'error'} />
            <div>
              {exchange.testSteps[step]}
              {result === undefined && <span class="sub block">{exchange.testWait}</span>}
              {result !== undefined && !result.ok && (
                <Note kind="err">
                  <p>
                    {exchange.remedies[result.code ?? ''] ??
                      exchange.remedies[result.kind ?? ''] ??
                      exchange.otherFault}
                  </p>
                  {result.code !== null && <p class="sub">{exchange.code(result.code)}</p>}
                </Note>
              )}
            </div>
          </li>
        )
      })}
    </ol>
  )
}
