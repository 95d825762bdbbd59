import { type ClarkName, clark } from '@dayport/core/xml'

export const soapNamespace = 'http://schemas.xmlsoap.org/soap/envelope/'
export const typesNamespace = 'http://schemas.microsoft.com/exchange/services/2006/types'
export const messagesNamespace = 'http://schemas.microsoft.com/exchange/services/2006/messages'

/** A name of the types schema. */
export const t = (local: string): ClarkName => clark(typesNamespace, local)
/** A name of the messages schema. */
export const m = (local: string): ClarkName => clark(messagesNamespace, local)
export const soap = (local: string): ClarkName => clark(soapNamespace, local)
