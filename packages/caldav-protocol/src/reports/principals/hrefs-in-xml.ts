import { parseXml } from '@dayport/core/xml'
import { dav } from '../../wire/names.ts'

/** The addresses directly inside a kept property. */
export const hrefsInXml = (xml: string): readonly string[] =>
  parseXml(xml)
    .childrenNamed(dav('href'))
    .map(({ text }) => text.trim())
