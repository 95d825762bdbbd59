import { pluralRu as plural } from './plural.ts'

/** Texts of the advice, the doctor and the administrator's page. */
export const setupRu = {
  program: 'Устройство',
  others: 'На устройстве появятся и остальные ваши календари: лишние там можно скрыть.',
  manual: 'Вручную, на самом устройстве',
  fast: 'Быстрее: по коду',
  passwordLater: 'Пароль появится здесь после нажатия «Создать пароль для устройства».',
  showCode: 'Показать код',
  codeName: 'QR-код для устройства',
  code: (minutes: number) =>
    `Наведите камеру. Код действует ${plural(minutes, 'минуту', 'минуты', 'минут')} и один раз, при новом открытии окна он меняется.`,
  codeHere: 'Открыть на этом устройстве',
  signed: (signer: string) => `Профиль подписан: ${signer}`,
  oldIos: 'Старая версия iOS просит адрес целиком',
  sunbird: 'Sunbird, предшественник Thunderbird',
  wait: 'Ждём первый вход…',
  waitHint: 'Как только устройство подключится, здесь появится отметка.',
  done: (program: string) => `Подключено: ${program}`,
  secure: 'Соединение защищено (HTTPS)',
  notSecure: 'Соединение не защищено',
  doctor: 'Что-то не работает',
  menusOf: (versions: string) => `Слова меню: ${versions}`,
  deviceOff: 'Подключение телефонов выключено.',
  exportOff: 'Экспорт (iCal) выключен.',
  feedFirst: 'Нужна ссылка только для чтения: создайте её в окне экспорта.',
  toExport: 'Экспорт (iCal)',
  toOutlook: 'Соединить с Outlook',

  doctorSub: 'Проверим подключение по шагам.',
  doctorWhich: 'Какое подключение проверить?',
  doctorNone: 'Устройств с паролем пока нет.',
  doctorSteps: {
    address: 'Адрес портала отвечает',
    secure: 'Соединение защищено',
    discovery: 'Устройство найдёт календари само',
    password: 'Пароль подходит',
    calendars: 'Календари читаются',
  },
  doctorLater: 'Проверим после предыдущего шага',
  doctorRunning: 'Проверяем…',
  doctorAgain: 'Проверить ещё раз',
  doctorFix: 'Что сделать.',
  doctorOk: {
    address: (host: string, seconds: string) => `${host}, ${seconds} с`,
    secure: 'HTTPS',
    discovery: 'Автоматический поиск включён и ведёт на верный адрес',
    password: (when: string) => `Последний вход: ${when}`,
    calendars: (n: number) => plural(n, 'календарь', 'календаря', 'календарей'),
  },
  doctorBad: {
    address: 'Портал не отвечает. Проверьте сеть или обратитесь к администратору портала.',
    secure: 'Адрес начинается с http: многие программы откажутся. Обратитесь к администратору портала.',
    discovery: 'Поиск календарей не отвечает. Обратитесь к администратору портала.',
    revoked: (when: string, program: string) =>
      `Пароль этого устройства отозван ${when}. Создайте новый и введите его в ${program}.`,
    unused: 'С этим паролем ещё не входили: проверьте, что он введён без ошибок, или создайте новый.',
    calendars: 'Ни одного календаря не видно. Создайте календарь или добавьте его на список.',
  },
  battery: (program: string) =>
    `На некоторых телефонах обмен останавливает экономия заряда: разрешите ${program} автозапуск и доступ к календарю.`,
  theProgram: 'программе',
  newPassword: 'Создать новый пароль',
  report: 'Скопировать отчёт для администратора',

  admin: 'Администрирование',
  adminParts: {
    doors: 'Способы подключения',
    exchange: 'Exchange',
    people: 'Люди и состояния',
    errors: 'Журнал ошибок',
    audit: 'Журнал секретов',
  },
  doorsSub:
    'Выключенный способ исчезает со страниц всех сотрудников; ссылки и пароли этого способа перестают работать.',
  doorNames: { outlook: 'Outlook, в обе стороны', feed: 'Экспорт (iCal)', caldav: 'Телефоны и программы (CalDAV)' },
  doorCount: {
    outlook: (n: number) => plural(n, 'папка подключена', 'папки подключены', 'папок подключено'),
    feed: (n: number) => plural(n, 'ссылка', 'ссылки', 'ссылок'),
    caldav: (n: number) => plural(n, 'устройство', 'устройства', 'устройств'),
  },
  doorAsk: (door: string, n: number) =>
    `Выключить «${door}»? ${plural(n, 'подключение перестанет', 'подключения перестанут', 'подключений перестанут')} работать у всех.`,
  switchOff: 'Выключить',
  columnPerson: 'Человек',
  columnDevices: 'Устройства',
  columnLinks: 'Ссылки',
  columnLast: 'Последнее обращение',
  columnWhen: 'Когда',
  columnWhat: 'Что',
  columnCode: 'Код',
  columnWhere: 'Где',
  administrator: 'администратор',
  noErrors: 'Ошибок с запуска не было.',
  noAudit: 'Секретов ещё не создавали.',
  kinds: {
    'app-password': 'Пароль устройства',
    'feed-link': 'Ссылка (iCal)',
    outlook: 'Подключение Outlook',
    'setup-ticket': 'Код для устройства',
    door: 'Способ подключения',
    exchange: 'Пароль Exchange',
  } as Readonly<Record<string, string>>,
  actions: { made: 'создано', revoked: 'отозвано', on: 'включено', off: 'выключено' } as Readonly<
    Record<string, string>
  >,
  signInAt: 'Войти через компанию',
  signInFailed: 'Войти не получилось. Попробуйте ещё раз.',
}

export type SetupTexts = typeof setupRu
