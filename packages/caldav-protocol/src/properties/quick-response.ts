import { createXmlWriter, escapeText, type XmlWriter } from '@dayport/core/xml'
import type { Exchange } from '../exchange.ts'
import type { ObjectResource } from '../resources.ts'
import { encodeSegment } from '../wire/hrefs.ts'
import { writeStatus } from '../wire/multistatus.ts'
import { answerNamespaces, dav } from '../wire/names.ts'
import type { Property } from './property.ts'
import type { Selected } from './select.ts'

/** Writes the response of one object, or answers false when it is not of the plain kind. */
export type QuickResponse = (writer: XmlWriter, resource: ObjectResource) => boolean

/** Stands for a value; XML may hold it, and no name does. */
const gap = '\ue000'

/**
 * For the thousands of responses that differ in their texts only: the markup between the texts is made once. `null` when some of the
 * properties are not live ones of objects.
 */
export const createQuickResponse = (x: Exchange, selection: readonly Selected[]): QuickResponse | null => {
  const properties: Property[] = []
  for (const { live } of selection) {
    if (live === null) return null
    properties.push(live)
  }
  if (properties.length === 0) return null
  const [beforeHref = '', ...between] = markupOf(properties).split(gap)
  let home = { parent: '', xml: '' }
  return (writer, resource) => {
    // What every address begins with is escaped once, and an encoded name has nothing to escape.
    const { href } = resource.parent
    if (home.parent !== href) home = { parent: href, xml: beforeHref + escapeText(href) }
    let xml = home.xml + encodeSegment(resource.name)
    for (let i = 0; i < properties.length; i++) {
      let value: ReturnType<Property['get']>
      try {
        value = properties[i]!.get(resource, x)
      } catch {
        return false
      }
      if (typeof value !== 'string') return false
      xml += between[i]! + escapeText(value)
    }
    writer.raw(xml + between[properties.length]!)
    return true
  }
}

const markupOf = (properties: readonly Property[]): string => {
  const writer = createXmlWriter({ namespaces: answerNamespaces, declaration: false })
  writer.open(dav('multistatus')).text(' ').take()
  writer.open(dav('response')).element(dav('href'), gap).open(dav('propstat')).open(dav('prop'))
  for (const { name } of properties) writer.element(name, gap)
  writer.close()
  writeStatus(writer, 200)
  return writer.close().close().take()
}
