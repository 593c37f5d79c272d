// How names of people are written, in scripts with capitals and in others, and words that stand where a name might and are none.

/** Capital letters of Latin, Greek, Cyrillic and Armenian script. In Latin Extended capitals and small letters take turns. */
const UPPER = `A-Z\\u00c0-\\u00de${everyOther(0x100, 0x136)}${everyOther(0x139, 0x147)}${everyOther(0x14a, 0x176)}\\u0178\\u0179\\u017b\\u017d\\u018f\\u01a0\\u01af\\u0218\\u021a${everyOther(0x1ea0, 0x1ef8)}\\u0386\\u0388-\\u03ab\\u0400-\\u042f\\u0490\\u0531-\\u0556`;
/** What follows them. */
const LOWER =
  "a-z\\u00df-\\u024f\\u1e00-\\u1eff\\u0390\\u03ac-\\u03ce\\u0430-\\u045f\\u0491\\u0561-\\u0587";
/** Letters of scripts that have no capitals: Hebrew and Arabic to Thaana, those of India, Thai, Georgian, Korean, Japanese, Chinese. */
const CASELESS =
  "\\u05d0-\\u05ea\\u0620-\\u065f\\u066e-\\u06d3\\u0750-\\u07b1\\u0900-\\u0963\\u0980-\\u0dff\\u0e01-\\u0e4e\\u10d0-\\u10ff\\u200c\\u3040-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7a3";

function everyOther(from: number, to: number): string {
  const units = Array.from({ length: (to - from) / 2 + 1 }, (_, at) => from + 2 * at);
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

/** A word of a name: capital letter first, with the signs that names have inside. */
export const NAME_WORD = `(?:[OD]['’]|Mc|Mac)?[${UPPER}][${LOWER}]+(?:['’-][${UPPER}][${LOWER}]+)?`;
const PARTICLE =
  "(?:van|von|de|der|den|del|della|di|da|do|dos|das|la|le|el|al|bin|bint|ibn|ben|ter|ten|te|af|zu|e|y|O['’]|Mc|Mac) ?";
/** Words that call for a name and are no part of it. */
const LEAD = `(?=[${UPPER}])(?!(?:Patient|Patientin|Paciente|Paziente|Customer|Client|Employee|Dear|Name|Mrn|Dob|Pt|Re|Madame|Monsieur|Frau|Herr|Mr|Mrs|Ms|Dr|Prof|Born|Referring)(?![a-z]))`;
/** What people put before and behind a name in a field that is for it. */
const TITLES =
  "(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof|Ing|Mgr|MUDr|Bc|Herr|Frau|Mme|Mlle|M|Sra?|Srta|Dott|Sig|Univ\\.-?Prof|Dipl\\.-Ing)\\.? ){0,2}";
const SUFFIX =
  "(?:,? (?:Jr|Sr|I|II|III|IV|V|MD|M\\.D|PhD|Ph\\.D|DDS|DVM|MSc|BSc)\\.?(?![A-Za-z]))?";
const CASED = `${TITLES}${LEAD}(?:${NAME_WORD}|[${UPPER}]\\.)(?:,? (?!PhD|MSc|BSc)(?:${PARTICLE}){0,2}(?:${NAME_WORD}|[A-Z]\\.?(?![A-Za-z]))){0,4}${SUFFIX}`;
/** One to five words of a name, given or family name first; in a script without capitals, any few words. */
export const NAME = `${CASED}|[${CASELESS}]{2,16}(?:[ ·・.]{1,2}[${CASELESS}]{1,16}){0,4}(?![${CASELESS}])`;
/** Two words of a name and what may stand between them. */
export const FULL_NAME = `${LEAD}${NAME_WORD} (?:(?:${PARTICLE}){0,2}|[A-Z]\\. )${NAME_WORD}`;
/** The same, or as lists and laboratories write it: family name, comma, given name. */
export const ANY_NAME = `${LEAD}${NAME_WORD}(?:, ?| (?:(?:${PARTICLE}){0,2}|[A-Z]\\. ))${NAME_WORD}`;

/** Two to five words of a name as a field that is for it holds them, titles and degrees included. */
export const NAME_IN_FULL = `${TITLES}(?:${ANY_NAME}(?: (?!PhD|MSc|BSc)(?:${PARTICLE}){0,2}${NAME_WORD}){0,3}${SUFFIX}|[${CASELESS}]{1,16}(?:[ ·・.]{1,2}[${CASELESS}]{1,16}){1,4})`;

/** Words that mean a name, a person or a field of a form, in the scripts without capitals: translations stand behind the same keys. */
const OF_TRANSLATIONS =
  /名|姓|称|入力|输入|请|者|客|用户|ユーザ|이름|성명|성함|고객|입력|환자|사용자|اسم|الاسم|לקוח|שם|ชื่อ|นาม|ลูกค้า|नाम|ग्राहक|নাম/;

/** Capitalised words of documents and code that stand where a name might. */
const NO_NAME =
  /^(?:The|This|That|These|None|Null|True|False|Unknown|String|Number|Object|Boolean|Array|Date|Required|Optional|Default|Please|Enter|Your|Name|First|Last|Full|Test|Example|Sample|Not|All|Any|New|Add|Edit|Delete|User|Admin|Type|Field|Value|Error|Invalid|Missing|Is|In|On|If|For|And|Or|To|Of|With|From|Must|Should|Can|Will|Has|See|No|Yes|Click|Select|Text|Char|Varchar|Column|Table|Label|Input|Form|Insert|Update|Get|Set|Foo|Bar|Baz|Lorem)\b/;
/** Words of organisations, posts and forms: no person is called by them. */
const OF_NO_PERSON =
  /(?:^|[ ,-])(?:Teams?|Support|Managers?|Department|Dept|Services?|Portal|Hospital|Clinic|Cent(?:er|re)|Board|Group|Inc|Ltd|LLC|GmbH|Corp|Company|Handbook|Survey|Registration|Ward|Unit|Office|Committee|Report|Gateway|Names?|Address|Number|Date|System|Server|Clients?|Customers?|Employees?|Patients?|Developer|Engineer|Director|Officer|Records?|Details|Information|Page|Form|Monitoring|Bot|Admin|Users?|Accounts?|Policy|Plan|Summary|Experience|Safety|Care|Health|Medical|Nurse|Doctor|University|School|Bank|Madam|Sirs?|Everyone|Friends?|Colleagues?|Members?|Authors|Contributors|Foundation|Project|Mrn|Dob|Dan|Herren|Ladies|Gentlemen|Code|Status|Label|Title|Key|Type|Value|Field|Table|Column|Test|Data|File|List|View|Chart|Order|Event|Message|Identifiers?|Nummer|Numéro|Portal|Id)(?=$|[ ,-])/;

/** Whether words that are written as a name are may be one. */
export function isName(text: string): boolean {
  return (
    !NO_NAME.test(text) &&
    !OF_NO_PERSON.test(text) &&
    !OF_TRANSLATIONS.test(text) &&
    !/[a-z][A-Z][a-z]+[A-Z]/.test(text)
  );
}
