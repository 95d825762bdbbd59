import type { Advice, AdviceStep, TextPart } from '@dayport/client-setup'
import { Fragment } from 'preact'
import { useTexts } from '../texts/index.ts'
import { Copy } from '../ui/copy.tsx'
import { Icon } from '../ui/icon.tsx'

const Parts = ({ parts }: { readonly parts: readonly TextPart[] }) => (
  <>
    {parts.map(({ text, strong }, index) =>
      strong ? <strong key={`${index}/${text}`}>{text}</strong> : <span key={`${index}/${text}`}>{text}</span>,
    )}
  </>
)

const Step = ({ step }: { readonly step: AdviceStep }) => {
  const { setup, passwordOnce } = useTexts()
  return (
    <li>
      <p>
        <Parts parts={step.text} />
      </p>
      {step.hint !== null && (
        <p class="hint">
          <Parts parts={step.hint} />
        </p>
      )}
      {step.values.map(({ kind, label, value }) =>
        value === null ? (
          kind === 'password' && (
            <p key={kind} class="hint">
              {label}: {setup.passwordLater}
            </p>
          )
        ) : (
          <Fragment key={`${kind}/${value}`}>
            <Copy dense label={label} value={value} />
            {kind === 'password' && <p class="hint">{passwordOnce}</p>}
          </Fragment>
        ),
      )}
      {step.links.length > 0 && (
        <p class="row">
          {step.links.map(({ kind, label, href }) => (
            <a
              key={kind}
              class={kind === 'davx5' ? 'button main' : 'button'}
              href={href}
              {...(kind === 'davx5' ? {} : { target: '_blank', rel: 'noopener noreferrer' })}
            >
              <Icon name="open" />
              {label}
            </a>
          ))}
        </p>
      )}
    </li>
  )
}

/** The numbered steps of an advice, each value with its button to copy. */
export const AdviceSteps = ({ advice }: { readonly advice: Advice }) => {
  const { setup } = useTexts()
  return (
    <>
      {advice.notes
        .filter(({ kind }) => kind === 'info')
        .map(({ text }) => (
          <p key={text[0]?.text} class="note">
            <Icon name="info" />
            <span>
              <Parts parts={text} />
            </span>
          </p>
        ))}
      <ol class="steps">
        {advice.steps.map((step, index) => (
          <Step key={`${advice.program}/${index}`} step={step} />
        ))}
      </ol>
      <p class="hint">{setup.menusOf(advice.menus.versions)}</p>
    </>
  )
}
