import { listSummaryXml, listXml } from '../wire/list-xml.ts'
import { listMissing } from '../wire/soap.ts'
import { type Answer, type Exchange, namedList } from './exchange.ts'

/** MS-LISTSWS 3.1.4.15. */
export const getList = async (x: Exchange): Promise<Answer> => {
  await namedList(x)
  const list = await x.lists.describe(x.access, { signal: x.signal })
  if (list === null) throw listMissing()
  return `<GetListResult>${listXml(list, x.place, x.nowMs)}</GetListResult>`
}

/** The one list that an address leads to. MS-LISTSWS 3.1.4.17. */
export const getListCollection = async (x: Exchange): Promise<Answer> => {
  const list = await x.lists.describe(x.access, { signal: x.signal })
  if (list === null) throw listMissing()
  return `<GetListCollectionResult><Lists>${listSummaryXml(list, x.place)}</Lists></GetListCollectionResult>`
}
