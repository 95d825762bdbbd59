/**
 * An expanded name in Clark notation: `{DAV:}prop`. A name in no namespace is the bare local name: `name`, never `{}name`.
 * Compare these, never prefixes (Namespaces in XML 1.0 §2.1).
 */
export type ClarkName = string

/** The two halves of a Clark name; `namespace` is `''` for none. */
export interface ExpandedName {
  readonly namespace: string
  readonly local: string
}

/** Makes a Clark name; `clark('', 'name')` is `name`. */
export function clark(namespace: string, local: string): ClarkName {
  return namespace === '' ? local : `{${namespace}}${local}`
}

/** Takes a Clark name apart. Text without a closing brace is a local name in no namespace. */
export function splitClark(name: ClarkName): ExpandedName {
  // A namespace name may itself hold a brace; a local name never does.
  const end = name.startsWith('{') ? name.lastIndexOf('}') : -1
  return end === -1 ? { namespace: '', local: name } : { namespace: name.slice(1, end), local: name.slice(end + 1) }
}

// NCName of Namespaces in XML 1.0 §3: a Name without a colon.
const nameStart =
  'A-Z_a-z\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF' +
  '\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}'
const ncName = new RegExp(`^[${nameStart}][${nameStart}\\-.0-9\\xB7\\u0300-\\u036F\\u203F\\u2040]*$`, 'u')

/** Whether text may stand as a local name or a prefix (NCName, Namespaces in XML 1.0 §3). */
export function isLocalName(text: string): boolean {
  return ncName.test(text)
}
