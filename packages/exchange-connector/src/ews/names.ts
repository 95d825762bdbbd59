import { type ClarkName, clark } from '@dayport/core/xml'

export const soapNamespace = 'http://schemas.xmlsoap.org/soap/envelope/'
/** Of SOAP 1.2, in which some servers answer what was asked in 1.1. */
export const soap12Namespace = 'http://www.w3.org/2003/05/soap-envelope'
export const typesNamespace = 'http://schemas.microsoft.com/exchange/services/2006/types'
export const messagesNamespace = 'http://schemas.microsoft.com/exchange/services/2006/messages'

/** A name of the types schema. */
export const t = (local: string): ClarkName => clark(typesNamespace, local)
/** A name of the messages schema. */
export const m = (local: string): ClarkName => clark(messagesNamespace, local)
export const soap = (local: string): ClarkName => clark(soapNamespace, local)
export const soap12 = (local: string): ClarkName => clark(soap12Namespace, local)
