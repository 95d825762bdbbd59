import { library } from '../../tsup.config.base.ts'

export default library({
  index: 'src/index.ts',
  service: 'src/service/index.ts',
  ical: 'src/ical/index.ts',
  xml: 'src/xml/index.ts',
  memory: 'src/memory/index.ts',
})
