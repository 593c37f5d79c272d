// Checks of national numbers by the names that rows give: each as its country adds up the digits.
import { digitsOf } from "../validators/check-digits.ts";
import * as americas from "../validators/national/americas-africa.ts";
import * as asia from "../validators/national/asia-pacific.ts";
import * as east from "../validators/national/eastern-europe.ts";
import * as north from "../validators/national/northern-europe.ts";
import * as south from "../validators/national/southern-europe.ts";
import * as west from "../validators/national/western-europe.ts";

/** By the name that a row gives; each gets the value as it stands, with the signs between its groups. */
export const NATIONAL_CHECKS = {
  "nhs-number": (text) => north.isNhsNumber(digitsOf(text)),
  nino: (text) => north.isNino(bare(text)),
  pps: (text) => north.isPps(bare(text)),
  personnummer: (text) => north.isPersonnummer(digitsOf(text)),
  cpr: (text) => north.isCpr(digitsOf(text)),
  hetu: (text) => north.isHetu(text),
  fodselsnummer: (text) => north.isFodselsnummer(digitsOf(text)),
  kennitala: (text) => north.isKennitala(digitsOf(text)),
  "baltic-code": (text) => north.isBalticCode(digitsOf(text)),
  "steuer-id": (text) => west.isSteuerId(digitsOf(text)),
  rentenversicherungsnummer: (text) => west.isRentenversicherungsnummer(bare(text)),
  nir: (text) => west.isNir(bare(text)),
  bsn: (text) => west.isBsn(digitsOf(text)),
  niss: (text) => west.isNiss(digitsOf(text)),
  ahv: (text) => west.isAhv(digitsOf(text)),
  svnr: (text) => west.isSvnr(digitsOf(text)),
  dni: (text) => south.isDni(bare(text)),
  nie: (text) => south.isNie(bare(text)),
  "codice-fiscale": (text) => south.isCodiceFiscale(bare(text)),
  nif: (text) => south.isNif(digitsOf(text)),
  amka: (text) => south.isAmka(digitsOf(text)),
  oib: (text) => south.isOib(digitsOf(text)),
  jmbg: (text) => south.isJmbg(digitsOf(text)),
  tckn: (text) => south.isTckn(digitsOf(text)),
  pesel: (text) => east.isPesel(digitsOf(text)),
  "rodne-cislo": (text) => east.isRodneCislo(digitsOf(text)),
  egn: (text) => east.isEgn(digitsOf(text)),
  cnp: (text) => east.isCnp(digitsOf(text)),
  taj: (text) => east.isTaj(digitsOf(text)),
  snils: (text) => east.isSnils(digitsOf(text)),
  sin: (text) => americas.isSin(digitsOf(text)),
  cpf: (text) => americas.isCpf(digitsOf(text)),
  cnpj: (text) => americas.isCnpj(digitsOf(text)),
  cuit: (text) => americas.isCuit(digitsOf(text)),
  rut: (text) => americas.isRut(bare(text)),
  curp: (text) => americas.isCurp(bare(text)),
  "south-african-id": (text) => americas.isSouthAfricanId(digitsOf(text)),
  aadhaar: (text) => asia.isAadhaar(digitsOf(text)),
  pan: (text) => asia.isPan(bare(text)),
  "chinese-id": (text) => asia.isChineseId(bare(text)),
  "hong-kong-id": (text) => asia.isHongKongId(bare(text)),
  "taiwanese-id": (text) => asia.isTaiwaneseId(bare(text)),
  "my-number": (text) => asia.isMyNumber(digitsOf(text)),
  "korean-rrn": (text) => asia.isKoreanRrn(digitsOf(text)),
  nric: (text) => asia.isNric(bare(text)),
  "thai-id": (text) => asia.isThaiId(digitsOf(text)),
  "israeli-id": (text) => asia.isIsraeliId(digitsOf(text)),
  tfn: (text) => asia.isTfn(digitsOf(text)),
  "australian-medicare": (text) => asia.isAustralianMedicare(digitsOf(text)),
  ihi: (text) => asia.isIhi(digitsOf(text)),
  ird: (text) => asia.isIrd(digitsOf(text)),
  nhi: (text) => asia.isNhi(bare(text)),
} satisfies Readonly<Record<string, (text: string) => boolean>>;

/** Letters and digits alone, as capitals. */
function bare(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, "").toUpperCase();
}
