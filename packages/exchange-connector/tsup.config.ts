import { library } from '../../tsup.config.base.ts'

export default library({ ews: 'src/ews/index.ts', 'ews-node': 'src/ews-node/index.ts', graph: 'src/graph/index.ts' })
