import { library } from '../../tsup.config.base.ts'

export default library({ index: 'src/index.ts', signing: 'src/signing/index.ts' })
