import { type ClarkName, clark } from './clark.ts'

/** The namespace of `xml:lang` and `xml:space`; its prefix is always bound. */
export const xmlNamespace = 'http://www.w3.org/XML/1998/namespace'

/** `xml:lang` as a Clark name. */
export const xmlLang: ClarkName = clark(xmlNamespace, 'lang')

/** One element. Namespace declarations are not among its attributes; comments and processing instructions are gone. */
export interface XmlElement {
  readonly name: ClarkName
  /** The prefix that the sender wrote, `''` for none: a wish for `serializeElement`, no part of the name. */
  readonly prefix: string
  readonly attributes: ReadonlyMap<ClarkName, string>
  /** Elements and text in document order; text runs are merged, CDATA is text, no run is empty. */
  readonly children: readonly (XmlElement | string)[]
  /** The `xml:lang` in effect, its own or inherited; `null` when there is none, or when `xml:lang=""` ended it. */
  readonly lang: string | null
  /** Its own text runs joined; the text of child elements is theirs. White space is kept. */
  readonly text: string
  /** The children that are elements. */
  readonly elements: readonly XmlElement[]
  /** The first child element of that name. */
  child(name: ClarkName): XmlElement | undefined
  /** All child elements of that name, in their order. */
  childrenNamed(name: ClarkName): readonly XmlElement[]
}

/** What an element is made of; `lang` is the inherited language, used when the attributes name none. */
export interface XmlElementParts {
  readonly prefix?: string
  readonly attributes?: ReadonlyMap<ClarkName, string>
  readonly children?: readonly (XmlElement | string)[]
  readonly lang?: string | null
}

const noAttributes: ReadonlyMap<ClarkName, string> = new Map()

/** A class and not an object literal: documents have 100 000 of these, and the methods should exist once. */
class Element implements XmlElement {
  readonly name: ClarkName
  readonly prefix: string
  readonly attributes: ReadonlyMap<ClarkName, string>
  readonly children: readonly (XmlElement | string)[]
  readonly lang: string | null

  constructor(name: ClarkName, parts: XmlElementParts) {
    this.name = name
    this.prefix = parts.prefix ?? ''
    this.attributes = parts.attributes ?? noAttributes
    this.children = parts.children ?? []
    const own = this.attributes.get(xmlLang)
    this.lang = own === undefined ? (parts.lang ?? null) : own === '' ? null : own
  }

  get text(): string {
    let text = ''
    for (const child of this.children) if (typeof child === 'string') text += child
    return text
  }

  get elements(): readonly XmlElement[] {
    return this.children.filter((child) => typeof child !== 'string')
  }

  child(name: ClarkName): XmlElement | undefined {
    for (const child of this.children) if (typeof child !== 'string' && child.name === name) return child
    return undefined
  }

  childrenNamed(name: ClarkName): readonly XmlElement[] {
    return this.elements.filter((child) => child.name === name)
  }
}

/** Makes an element by hand; children are taken as they are. */
export function createXmlElement(name: ClarkName, parts: XmlElementParts = {}): XmlElement {
  return new Element(name, parts)
}
