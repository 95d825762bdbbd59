import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseXml, serializeElement, type XmlElement } from '@dayport/core/xml'
import { soap } from '../src/ews/names.ts'

/** Folder of `messages.xsd` and `types.xsd`, which may not be redistributed; `undefined` where there is none. */
export const schemas = process.env.DAYPORT_EWS_SCHEMAS

/** What xmllint has against the bodies and headers of requests; empty when all are valid. */
export const schemaFaults = (requests: ReadonlyMap<string, string>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ews-requests-'))
  try {
    const bodies: string[] = []
    const headers: string[] = []
    const write = (into: string[], name: string, element: XmlElement | undefined) => {
      if (element === undefined) throw new Error(`${name} has nothing to validate`)
      const path = join(folder, `${name.replace(/\W+/g, '-')}.xml`)
      writeFileSync(path, serializeElement(element))
      into.push(path)
    }
    for (const [name, text] of requests) {
      const envelope = parseXml(text)
      write(bodies, name, envelope.child(soap('Body'))?.elements[0])
      envelope.child(soap('Header'))?.elements.forEach((element, index) => {
        write(headers, `${name} header ${index}`, element)
      })
    }
    return [validate('messages.xsd', bodies), validate('types.xsd', headers)].join('').replaceAll(folder, '')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const validate = (schema: string, files: readonly string[]): string => {
  try {
    execFileSync('xmllint', ['--noout', '--schema', join(schemas ?? '', schema), ...files], { stdio: 'pipe' })
    return ''
  } catch (error) {
    const { stderr } = error as { readonly stderr?: Buffer }
    return (stderr?.toString() ?? String(error))
      .split('\n')
      .filter((line) => line !== '' && !/ validates$/.test(line))
      .join('\n')
  }
}
