import { library } from '../../tsup.config.base.ts'

export default library({
  index: 'src/index.ts',
  subscription: 'src/subscription/index.ts',
  cli: 'src/cli/main.ts', // the command, for Node alone
})
