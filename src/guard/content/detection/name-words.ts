// How names of people are written in Latin script, and capitalised words that stand where a name might and are none.

/** A word of a name: capital letter first, with the signs that names have inside. */
export const NAME_WORD =
  "(?:[OD]['’]|Mc|Mac)?[A-Z\\u00c0-\\u00de][a-z\\u00df-\\u024f]+(?:['’-][A-Z\\u00c0-\\u00de][a-z\\u00df-\\u024f]+)?";
const PARTICLE = "(?:van|von|de|der|den|del|della|di|da|dos|la|le|bin|al|ter|zu|O['’]|Mc|Mac) ?";
/** Words that call for a name and are no part of it. */
const LEAD =
  "(?=[A-Z\\u00c0-\\u00de])(?!(?:Patient|Patientin|Paciente|Paziente|Customer|Client|Employee|Dear|Name|Mrn|Dob|Pt|Re|Madame|Monsieur|Frau|Herr|Mr|Mrs|Ms|Dr|Prof|Born|Referring)(?![a-z]))";
/** One to four words of a name, given or family name first. */
export const NAME = `${LEAD}(?:${NAME_WORD}|[A-Z]\\.)(?:,? (?:${PARTICLE}){0,2}(?:${NAME_WORD}|[A-Z]\\.?(?![A-Za-z]))){0,3}`;
/** Two words of a name and what may stand between them. */
export const FULL_NAME = `${LEAD}${NAME_WORD} (?:(?:${PARTICLE}){0,2}|[A-Z]\\. )${NAME_WORD}`;
/** The same, or as lists and laboratories write it: family name, comma, given name. */
export const ANY_NAME = `${LEAD}${NAME_WORD}(?:, ?| (?:(?:${PARTICLE}){0,2}|[A-Z]\\. ))${NAME_WORD}`;

/** Capitalised words of documents and code that stand where a name might. */
const NO_NAME =
  /^(?:The|This|That|These|None|Null|True|False|Unknown|String|Number|Object|Boolean|Array|Date|Required|Optional|Default|Please|Enter|Your|Name|First|Last|Full|Test|Example|Sample|Not|All|Any|New|Add|Edit|Delete|User|Admin|Type|Field|Value|Error|Invalid|Missing|Is|In|On|If|For|And|Or|To|Of|With|From|Must|Should|Can|Will|Has|See|No|Yes|Click|Select|Text|Char|Varchar|Column|Table|Label|Input|Form|Insert|Update|Get|Set|Foo|Bar|Baz|Lorem)\b/;
/** Words of organisations, posts and forms: no person is called by them. */
const OF_NO_PERSON =
  /(?:^|[ ,-])(?:Teams?|Support|Managers?|Department|Dept|Services?|Portal|Hospital|Clinic|Cent(?:er|re)|Board|Group|Inc|Ltd|LLC|GmbH|Corp|Company|Handbook|Survey|Registration|Ward|Unit|Office|Committee|Report|Gateway|Names?|Address|Number|Date|System|Server|Clients?|Customers?|Employees?|Patients?|Developer|Engineer|Director|Officer|Records?|Details|Information|Page|Form|Monitoring|Bot|Admin|Users?|Accounts?|Policy|Plan|Summary|Experience|Safety|Care|Health|Medical|Nurse|Doctor|University|School|Bank|Madam|Sirs?|Everyone|Friends?|Colleagues?|Members?|Authors|Contributors|Foundation|Project|Mrn|Dob|Dan|Herren|Ladies|Gentlemen|Code|Status|Label|Title|Key|Type|Value|Field|Table|Column|Test|Data|File|List|View|Chart|Order|Event|Message|Identifiers?|Nummer|Numéro|Portal|Id)(?=$|[ ,-])/;

/** Whether words that are written as a name are may be one. */
export function isName(text: string): boolean {
  return !NO_NAME.test(text) && !OF_NO_PERSON.test(text) && !/[a-z][A-Z][a-z]+[A-Z]/.test(text);
}
