import { pluralRu as plural } from './plural.ts'

/** Texts of outside calendars that are joined to the portal. */
export const joinedRu = {
  section: 'Внешние календари',
  sectionSub:
    'Календарь другого сервиса становится календарём портала. Изменения идут сами, в обе стороны или только сюда.',
  add: 'Подключить внешний календарь',
  addShort: 'Внешний календарь',
  none: 'Ни один внешний календарь пока не подключён.',
  off: 'Внешние календари выключены.',
  empty: 'Календари этой учётной записи не подключены.',
  choose: 'Выбрать календари',
  chooseOf: (name: string) => `Выбрать календари: ${name}`,
  newPassword: 'Ввести новый пароль',
  signInAgain: 'Войти ещё раз',
  forget: 'Забыть',
  forgetOf: (name: string) => `Забыть учётную запись: ${name}`,
  forgetAsk: (name: string) =>
    `Забыть учётную запись «${name}»? Портал удалит её пароль. В самом сервисе ничего не изменится.`,
  history: 'История',
  historyOf: (name: string) => `История: ${name}`,
  leave: 'Отключить…',
  leaveOf: (name: string) => `Отключить: ${name}`,
  oneWay: 'только сюда',
  bothWays: 'в обе стороны',
  direction: 'Куда идут изменения',
  directionOf: (name: string) => `Куда идут изменения: ${name}`,
  directions: { both: 'В обе стороны', 'to-portal': 'Только сюда' },
  directionHints: {
    both: 'Правки в портале попадут и во внешний календарь.',
    'to-portal': 'Внешний календарь портал только читает: ваши правки останутся здесь.',
  },

  title: 'Подключить внешний календарь',
  sub: 'Шаг 1 из 2. Войдите в сервис, в котором он хранится.',
  service: 'Сервис',
  services: {
    icloud: 'iCloud',
    fastmail: 'Fastmail',
    caldav: 'Nextcloud или другой CalDAV',
    google: 'Google',
    microsoft: 'Microsoft 365',
  },
  missing: (names: readonly string[]) =>
    `${names.join(' и ')}: пока не настроено. Обратитесь к администратору портала.`,
  address: 'Адрес сервера',
  addressHint: 'Как в браузере: cloud.example.org. Остальное портал найдёт сам.',
  login: 'Имя пользователя',
  loginHints: {
    icloud: 'Ваш Apple Account: адрес почты или телефон.',
    fastmail: 'Ваш адрес Fastmail.',
    caldav: '',
  },
  password: 'Пароль',
  passwordHints: {
    icloud: 'Нужен пароль приложения: account.apple.com → «Вход и безопасность» → «Пароли приложений».',
    fastmail: 'Нужен пароль приложения: Settings → Privacy & Security → App passwords.',
    caldav: 'Если сервис предлагает пароли приложений, создайте отдельный для портала.',
  },
  passwordKept: 'Портал хранит пароль зашифрованным и показывает его только этому сервису.',
  find: 'Найти календари',
  finding: 'Ищем календари…',
  goTo: (service: string) => `Войти через ${service}`,
  goToHint: (service: string) =>
    `Откроется страница ${service}: войдите там и разрешите порталу работать с календарями. Пароль портал не увидит.`,

  chooseTitle: 'Какие календари подключить',
  chooseSub: (name: string, login: string) => `Шаг 2 из 2. ${name} · ${login}`,
  calendars: 'Календари',
  already: 'уже подключён',
  readOnly: 'можно только читать: изменения пойдут только сюда',
  into: 'В какой календарь портала',
  intoNew: 'В новый календарь с тем же названием',
  intoOwn: (name: string) => `В «${name}», если в нём нет событий`,
  happens: 'Первый обмен начнётся сразу. Писем участникам портал не рассылает.',
  join: 'Подключить',
  joining: 'Подключаем…',
  joined: (n: number) => `${plural(n, 'календарь подключается', 'календаря подключаются', 'календарей подключаются')}`,
  notJoined: (name: string) => `«${name}» не подключён:`,
  nothingThere: 'В этой учётной записи нет календарей для событий.',

  passwordTitle: (name: string) => `Новый пароль для ${name}`,
  passwordSub: (login: string) => `Учётная запись ${login}. Обмен продолжится с того места, где остановился.`,
  passwordDo: 'Проверить и сохранить',
  passwordDone: 'Пароль подошёл, обмен продолжается.',

  leaveTitle: (name: string) => `Отключить «${name}»`,
  leaveSub: 'Во внешнем календаре ничего не изменится.',
  leaveEvents: 'Что сделать с событиями в портале',
  leaveKeep: 'Оставить: календарь станет обычным календарём портала',
  leaveDrop: 'Убрать: календарь и его события исчезнут из портала',
  leaveDo: 'Отключить',
  left: 'Внешний календарь отключён',

  admin: 'Внешние календари',
  adminSub:
    'Люди сами подключают свои календари из других сервисов. iCloud, Fastmail и другие CalDAV работают без настройки; для Google и Microsoft 365 зарегистрируйте портал у них.',
  adminCallback: 'Адрес возврата для регистрации (redirect URI)',
  adminSecretNone: 'Секрета ещё нет: сервис людям не показывается.',
  adminIssuer: 'Адрес входа',
  adminAddress: 'Адрес данных',
  adminDefault: (address: string) => `Пусто: ${address}`,
  adminTenant: 'Каталог (tenant)',
  adminTenantHint: 'Пусто: любой каталог и личные учётные записи.',
  adminForgetAsk: (service: string) =>
    `Удалить секрет ${service}? Новых входов не будет, а подключённые календари остановятся, когда истекут их разрешения.`,
  adminInside: 'Серверы внутри сети, которые можно подключать',
  adminInsideHint:
    'По одному адресу в строке: https://cloud.example.org. К остальным адресам внутренней сети портал не обращается, а пароль по http не посылает.',
  adminInterval: 'Минут между запусками',
}

/** What can go wrong with an outside calendar. */
export const joinedErrorsRu: Readonly<Record<string, string>> = {
  'outside-address': 'Это не адрес сервера. Введите его без пароля, например cloud.example.org.',
  'outside-own': 'Это адрес самого портала.',
  'outside-insecure':
    'По http пароль можно перехватить. Нужен адрес с https; для сервера внутри сети обратитесь к администратору.',
  'outside-private':
    'Адрес ведёт во внутреннюю сеть. Если этот сервер нужен, попросите администратора портала его разрешить.',
  'outside-credentials': 'Сервис не принял имя или пароль. Проверьте их; часто нужен отдельный пароль приложения.',
  'outside-throttled': 'Сервис просит подождать. Повторите через несколько минут.',
  'outside-unreachable': 'Сервис не отвечает. Проверьте адрес или повторите позже.',
  'outside-rights': 'Сервис не пускает эту учётную запись к календарям.',
  'outside-no-calendars': 'По этому адресу календарей не нашлось. Проверьте его: нужен сервер с CalDAV.',
  'outside-not-empty': 'В этом календаре уже есть события. Выберите пустой или новый.',
  'outside-read-only': 'Внешний календарь можно только читать: выберите «Только сюда».',
  'outside-in-use': 'Сначала отключите календари этой учётной записи.',
  'outside-other-account': 'Вы вошли в другую учётную запись. Войдите в ту же, что и раньше.',
  'outside-signed-out': 'Сервис просит войти ещё раз: нажмите «Войти ещё раз» у этой учётной записи.',
  'outside-sign-in': 'Войти не получилось. Попробуйте ещё раз.',
  'already-exists': 'Этот календарь уже с чем-то соединён.',
}
