import { escapeAttribute } from '@dayport/core/xml'
import { soapNamespace } from './soap.ts'

/** Parameters of each operation, those that must be there marked by `!`, and whether its result is XML or text. */
const operations: Readonly<
  Record<string, { readonly parameters: readonly string[]; readonly result?: 'xml' | 'text' }>
> = {
  GetList: { parameters: ['listName!'], result: 'xml' },
  GetListCollection: { parameters: [], result: 'xml' },
  GetListItems: {
    parameters: ['listName!', 'viewName', 'query*', 'viewFields*', 'rowLimit', 'queryOptions*', 'webID'],
    result: 'xml',
  },
  GetListItemChanges: { parameters: ['listName!', 'viewFields*', 'since', 'contains*'], result: 'xml' },
  GetListItemChangesSinceToken: {
    parameters: [
      'listName!',
      'viewName',
      'query*',
      'viewFields*',
      'rowLimit',
      'queryOptions*',
      'changeToken',
      'contains*',
    ],
    result: 'xml',
  },
  UpdateListItems: { parameters: ['listName!', 'updates*'], result: 'xml' },
  AddAttachment: { parameters: ['listName!', 'listItemID!', 'fileName!', 'attachment#'], result: 'text' },
  GetAttachmentCollection: { parameters: ['listName!', 'listItemID!'], result: 'xml' },
  DeleteAttachment: { parameters: ['listName!', 'listItemID!', 'url!'] },
}

/** Names of the operations that are served. */
export const operationNames: readonly string[] = Object.keys(operations)

const xmlType = '<s:complexType mixed="true"><s:sequence><s:any/></s:sequence></s:complexType>'

const parameterXml = (parameter: string): string => {
  const name = parameter.replace(/[!*#]$/, '')
  if (parameter.endsWith('*')) return `<s:element minOccurs="0" maxOccurs="1" name="${name}">${xmlType}</s:element>`
  const type = parameter.endsWith('#') ? 's:base64Binary' : 's:string'
  return `<s:element minOccurs="0" maxOccurs="1" name="${name}" type="${type}"/>`
}

const elementXml = (name: string, content: string): string =>
  content === ''
    ? `<s:element name="${name}"><s:complexType/></s:element>`
    : `<s:element name="${name}"><s:complexType><s:sequence>${content}</s:sequence></s:complexType></s:element>`

const typesXml = (): string =>
  Object.entries(operations)
    .map(([name, { parameters, result }]) => {
      const value = result === undefined ? '' : parameterXml(`${name}Result${result === 'xml' ? '*' : ''}`)
      return elementXml(name, parameters.map(parameterXml).join('')) + elementXml(`${name}Response`, value)
    })
    .join('')

const messagesXml = (): string =>
  operationNames
    .map(
      (name) =>
        `<wsdl:message name="${name}SoapIn"><wsdl:part name="parameters" element="tns:${name}"/></wsdl:message>` +
        `<wsdl:message name="${name}SoapOut"><wsdl:part name="parameters" element="tns:${name}Response"/></wsdl:message>`,
    )
    .join('')

const portTypeXml = (): string => {
  const list = operationNames.map(
    (name) =>
      `<wsdl:operation name="${name}"><wsdl:input message="tns:${name}SoapIn"/><wsdl:output message="tns:${name}SoapOut"/></wsdl:operation>`,
  )
  return `<wsdl:portType name="ListsSoap">${list.join('')}</wsdl:portType>`
}

const bindingXml = (name: string, prefix: string): string => {
  const list = operationNames.map(
    (operation) =>
      `<wsdl:operation name="${operation}"><${prefix}:operation soapAction="${soapNamespace}${operation}" style="document"/>` +
      `<wsdl:input><${prefix}:body use="literal"/></wsdl:input><wsdl:output><${prefix}:body use="literal"/></wsdl:output></wsdl:operation>`,
  )
  return (
    `<wsdl:binding name="${name}" type="tns:ListsSoap"><${prefix}:binding transport="http://schemas.xmlsoap.org/soap/http"/>` +
    `${list.join('')}</wsdl:binding>`
  )
}

/** WSDL 1.1 of the service at an address, with bindings for SOAP 1.1 and 1.2. */
export const wsdl = (address: string): string => {
  const location = escapeAttribute(address)
  return (
    '<?xml version="1.0" encoding="utf-8"?><wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"' +
    ' xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/"' +
    ` xmlns:s="http://www.w3.org/2001/XMLSchema" xmlns:tns="${soapNamespace}" targetNamespace="${soapNamespace}">` +
    `<wsdl:types><s:schema elementFormDefault="qualified" targetNamespace="${soapNamespace}">${typesXml()}</s:schema></wsdl:types>` +
    `${messagesXml()}${portTypeXml()}${bindingXml('ListsSoap', 'soap')}${bindingXml('ListsSoap12', 'soap12')}` +
    `<wsdl:service name="Lists"><wsdl:port name="ListsSoap" binding="tns:ListsSoap"><soap:address location="${location}"/></wsdl:port>` +
    `<wsdl:port name="ListsSoap12" binding="tns:ListsSoap12"><soap12:address location="${location}"/></wsdl:port></wsdl:service>` +
    '</wsdl:definitions>'
  )
}
