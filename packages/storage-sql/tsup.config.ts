import { library } from '../../tsup.config.base.ts'

export default library({ sqlite: 'src/sqlite/index.ts' })
