// Personal and health data of made-up people for the corpus, valid by their rules, and numbers that only look like them.
import { ALPHABETS, type Chance, fillPattern } from "./chance.ts";
import * as check from "./check-digits.ts";

const GIVEN =
  "James Maria Ahmed Wei Priya John Fatima Lukas Chloé Olga Carlos Yuki Hannah Mohammed Sofia Pieter Ingrid Mateo Aisha Thomas Emily Björn Giulia Andrzej Nia Linh Robert Patricia Kofi Margaret".split(
    " ",
  );
const FAMILY =
  "Smith García Müller Nguyen Kowalski Rossi Johnson Okafor Tanaka Petrov Andersson Dubois Patel Silva Kim Haddad Jansen O'Connor Fernández Brown Novak Larsen Williams Chen Moreau Schneider Kaya Hughes Ivanova Mbeki".split(
    " ",
  );
const STREETS = ["Maple Avenue", "Oak Street", "King's Road", "Elm Drive", "Cedar Lane", "5th Avenue", "High Street", "Sunset Blvd", "Park Place", "Mill Road"];
const CITIES = ["Springfield, IL 62704", "Austin, TX 78701", "Portland, OR 97205", "Leeds LS1 4AP", "London SW1A 2AA", "Denver, CO 80203", "Boston, MA 02116"];
const MAILS = ["gmail.com", "outlook.com", "yahoo.co.uk", "web.de", "proton.me", "icloud.com", "orange.fr", "hotmail.com", "gmx.net", "libero.it"];
const CODES = ["E11.9", "I10", "J45.909", "F32.1", "M54.5", "K21.9", "E78.5", "N18.3", "C50.911", "Z79.4", "G43.909", "S72.001A", "F41.1", "J44.1", "I25.10"];
const DIGITS = "0123456789";
const ascii = (text: string): string =>
  text.normalize("NFD").replace(/[^A-Za-z]/g, "").toLowerCase();

/** What each name of a slot draws in the personal set. */
export const PERSONAL: Readonly<Record<string, (chance: Chance) => string>> = {
  card,
  cardplain: (chance) => card(chance).replace(/\D/g, ""),
  iban,
  ibanplain: (chance) => iban(chance).replace(/ /g, ""),
  email: (chance) => {
    const [given, family] = [ascii(chance.pick(GIVEN)), ascii(chance.pick(FAMILY))];
    const local = chance.pick([`${given}.${family}`, `${given}${chance.between(1, 99)}`, `${given.charAt(0)}${family}`, `${given}_${family}`, `${given}+news`]);
    return `${local}@${chance.pick([...MAILS, `${family}-consulting.com`, `mail.${family}.io`])}`;
  },
  ip: (chance) => {
    const first = chance.pick([23, 34, 45, 52, 62, 81, 91, 103, 134, 151, 178, 185, 195, 212]);
    return [first, ...[0, 0, 1].map((least) => chance.between(least, 254))].join(".");
  },
  ipv6: (chance) =>
    `2${chance.pick(["001", "a02", "600", "a01", "804"])}:${chance.text(ALPHABETS["hex"] ?? "", 3)}${chance.pick(["a", "7"])}:${[1, 2, 3].map(() => `a${chance.text(ALPHABETS["hex"] ?? "", 3)}`).join(":")}::${chance.pick(["1", "42", "8a2e"])}`,
  ssn: (chance) => `${ssnArea(chance)}-${check.two(chance, 1, 99)}-${String(chance.between(1, 9999)).padStart(4, "0")}`,
  ssnplain: (chance) => `${ssnArea(chance)}${check.two(chance, 1, 99)}${String(chance.between(1, 9999)).padStart(4, "0")}`,
  phone: usPhone,
  phoneintl: (chance) => fillPattern(chance.pick(PHONES), chance),
  phonenational: (chance) => fillPattern(chance.pick(NATIONAL), chance),
  mrn: (chance) => fillPattern(chance.pick(["{d:7}", "{d:8}", "{d:10}", "M{d:7}", "{AZ:2}{d:6}", "{d:3}-{d:2}-{d:4}"]), chance),
  dob,
  ...dobForms(),
  npi: check.npi,
  mbi: (chance) => chance.pick([check.mbi(chance), check.mbi(chance).replace(/^(.{4})(.{3})/, "$1-$2-")]),
  dea: check.dea,
  icd: (chance) => chance.pick(CODES),
  name: (chance) => `${chance.pick(GIVEN)} ${chance.pick(FAMILY)}`,
  lastfirst: (chance) => `${chance.pick(FAMILY)}, ${chance.pick(GIVEN)}`,
  given: (chance) => chance.pick(GIVEN),
  family: (chance) => chance.pick(FAMILY),
  dicomname: (chance) => `${chance.pick(FAMILY)}^${chance.pick(GIVEN)}`,
  hl7name: (chance) => `${chance.pick(FAMILY)}^${chance.pick(GIVEN)}`.toUpperCase(),
  address: (chance) => `${chance.between(1, 9999)} ${chance.pick(STREETS)}, ${chance.pick(CITIES)}`,
  street: (chance) => `${chance.between(1, 999)} ${chance.pick(STREETS)}`,
  nhs: (chance) => check.nhs(chance).replace(/^(\d{3})(\d{3})/, chance.pick(["$1$2", "$1 $2 ", "$1-$2-"])),
  nino: (chance) => chance.pick([check.nino(chance), check.nino(chance).replace(/(..)(?=.)/g, "$1 ")]),
  steuerid: (chance) => chance.pick([check.steuerId(chance), check.steuerId(chance).replace(/^(\d{2})(\d{3})(\d{3})/, "$1 $2 $3 ")]),
  nir: (chance) => chance.pick([check.nir(chance), check.nir(chance).replace(/^(\d)(\d\d)(\d\d)(\d\d)(\d{3})(\d{3})/, "$1 $2 $3 $4 $5 $6 ")]),
  dni: check.dni,
  nie: check.nie,
  codicefiscale: check.codiceFiscale,
  bsn: check.bsn,
  pesel: check.pesel,
  rijksregister: check.belgianNumber,
  personnummer: check.personnummer,
  cpr: check.cpr,
  hetu: check.hetu,
  fodselsnummer: check.fodselsnummer,
  cpf: check.cpf,
  cnpj: check.cnpj,
  aadhaar: check.aadhaar,
  pan: check.pan,
  sin: check.sin,
  tfn: check.tfn,
  medicare: check.medicare,
  passport: (chance) => fillPattern(chance.pick(["{AZ:2}{d:7}", "{d:9}", "C{AN:8}"]), chance),
  licence: (chance) => fillPattern(chance.pick(["{AZ:1}{d:7}", "{AZ:1}{d:12}", "{d:8}"]), chance),
  plan: (chance) => fillPattern("{AZ:3}{d:9}", chance),
  // Of every network and country, and in scripts and forms beyond those above.
  cardany: (chance) => {
    const [prefix, length] = chance.pick(NETWORKS);
    return check.withLuhn(chance, prefix, length);
  },
  phonelocal: (chance) => fillPattern(chance.pick(LOCAL_PHONES), chance),
  phoneext: (chance) => `${usPhone(chance)}${chance.pick([" x", "x", " ext. ", " ext ", ", poste "])}${chance.between(12, 98_765)}`,
  nameany: (chance) => chance.pick(NAMES_IN_SCRIPTS),
  addressany: (chance) => fillPattern(chance.pick(ADDRESSES), chance),
  mappedip: (chance) => `::ffff:${chance.pick(["3e", "51", "5b", "b2", "d4"])}${chance.text("123456789abcdef", 2)}:${chance.text("123456789abcdef", 4)}`,
  hostip: (chance) => [chance.pick([45, 62, 81, 91, 178, 195, 212]), ...[1, 1, 1].map((least) => chance.between(least + 40, 254))].join("-"),
  // What only looks like them.
  notluhn: (chance) => {
    const body = `4${chance.text(DIGITS, 14)}`;
    return `${body}${(check.luhnDigit(body) + chance.between(1, 9)) % 10}`;
  },
  notiban: (chance) => {
    const text = check.iban(chance, "DE", "n".repeat(18));
    return `${text.slice(0, -1)}${(Number(text.slice(-1)) + chance.between(1, 9)) % 10}`;
  },
  notssn: (chance) => `${chance.pick(["000", "666", "9" + chance.text(DIGITS, 2)])}-${check.two(chance, 1, 99)}-${chance.text(DIGITS, 4)}`,
  privateip: (chance) => chance.pick([`10.${chance.between(0, 255)}.${chance.between(0, 255)}.${chance.between(1, 254)}`, `192.168.${chance.between(0, 255)}.${chance.between(1, 254)}`, `172.${chance.between(16, 31)}.0.${chance.between(1, 254)}`]),
  digits8: (chance) => chance.text("123456789", 8),
  digits9: (chance) => `9${chance.text(DIGITS, 8)}`,
  digits10: (chance) => `5${chance.text(DIGITS, 9)}`,
  digits13: (chance) => `17${chance.text(DIGITS, 11)}`,
  digits16: (chance) => `1${chance.text(DIGITS, 15)}`,
  digits20: (chance) => `94${chance.text(DIGITS, 20)}`,
  lat: (chance) => `${chance.between(-89, 89)}.${chance.text(DIGITS, 6)}`,
  lon: (chance) => `${chance.between(-179, 179)}.${chance.text(DIGITS, 6)}`,
  iso: (chance) => `202${chance.between(0, 5)}-${check.two(chance, 1, 12)}-${check.two(chance, 1, 28)}T${check.two(chance, 0, 23)}:${check.two(chance, 0, 59)}:${check.two(chance, 0, 59)}Z`,
  day: (chance) => `202${chance.between(0, 5)}-${check.two(chance, 1, 12)}-${check.two(chance, 1, 28)}`,
  version4: (chance) => `${chance.between(0, 9)}.${chance.between(0, 20)}.${chance.between(0, 40)}.${chance.between(300, 9999)}`,
};

/** Issuer ranges of ISO/IEC 7812 that are in use, with the lengths of their numbers. */
const ISSUERS: readonly (readonly [prefix: string, length: number])[] = [
  ["4539", 16], ["4716", 16], ["4929", 16], ["5312", 16], ["5512", 16], ["5204", 16], ["2234", 16], ["2620", 16],
  ["3714", 15], ["3429", 15], ["6011", 16], ["6504", 16], ["3528", 16], ["3056", 14], ["6212", 16],
];
/** Ranges and lengths that the networks publish beside those: Maestro, JCB of fifteen, UnionPay and Visa of nineteen, and national ones. */
const NETWORKS: readonly (readonly [prefix: string, length: number])[] = [
  ["5018", 12], ["5020", 13], ["5038", 14], ["6304", 15], ["6759", 16], ["6761", 18], ["6763", 19], ["5612", 16], ["2131", 15], ["1800", 15],
  ["3569", 16], ["6225", 16], ["622848", 19], ["8121", 16], ["4539", 13], ["4716", 19], ["6011", 19], ["6474", 16], ["3612", 14], ["3041", 14],
  ["3827", 14], ["2202", 16], ["2204", 19], ["6071", 16], ["8203", 16], ["506112", 16], ["507890", 19], ["509041", 16], ["606282", 16], ["8600", 16],
  ["9860", 16], ["9704", 16], ["9792", 16], ["4911", 18],
];
/** As people at home write them, by the national numbering plans; many are numbers of anything without a word beside them. */
const LOCAL_PHONES = [
  "0{nz:1}{d:1}-{d:4}-{d:4}", "03-3{d:3}-{d:4}", "02 8{d:3} {d:4}", "(02) 9{d:3} {d:4}", "8{d:1} {d:2} {d:2} {d:2}", "73{d:1} {d:3} {d:3}", "6{d:2} {d:2} {d:2} {d:2}",
  "8 (495) {d:3}-{d:2}-{d:2}", "0{nz:1}{d:1}/{d:3} {d:2} {d:2}", "0532 {d:3} {d:2} {d:2}", "3{d:2} {d:7}", "91{d:1} {d:3} {d:3}", "0812-{d:4}-{d:4}", "(11) 3{d:3}-{d:4}",
  "010-{d:4}-{d:4}", "138 {d:4} {d:4}", "9{d:3} {d:4}", "072 {d:3} {d:2} {d:2}", "06 {d:2} {d:3} {d:4}", "21{d:1} {d:7}", "087 {d:3} {d:4}", "04{d:2} {d:2} {d:2} {d:2}",
];
const NAMES_IN_SCRIPTS = [
  "Šárka Čížová", "Şule Öztürk", "Łukasz Żak", "Ģirts Ķirsis", "Анна Петрова", "Іван Шевченко", "Νίκος Παππάς", "Արամ Գրիգորյան", "김민수", "佐藤花子", "王小明", "محمد الخطيب",
  "Jane van der Berg", "Dr. Ana Roe", "John Smith Jr.", "Mary Ann Roe", "Zoë O'Brien", "Đorđe Petrović",
];
const ADDRESSES = [
  "{nz:1}{d:2} Valerie Flats, South Yesenia, ME {nz:1}{d:4}", "Kærvej {nz:1}{d:1}, 4. th, {nz:1}{d:3} Aarhus", "ul. Długa {nz:1}{d:1}a m. 6, {d:2}-{d:3} Warszawa", "Plaza Mayor {nz:1}{d:1}, {nz:1}{d:4} Madrid",
  "Via Roma {nz:1}{d:1}, {nz:1}{d:4} Torino (TO)", "Rua das Flores, {nz:1}{d:2}, São Paulo - SP", "Невский проспект, д. {nz:1}{d:1}, кв. {nz:1}", "東京都千代田区{nz:1}丁目{nz:1}番{nz:1}号", "Unit {d:4} Box {d:4}, DPO AP {nz:1}{d:4}",
  "{nz:1}{d:1}, rue de la Gare, {nz:1}{d:4} Lille", "Aleja Solidarności {nz:1}{d:1}, {d:2}-{d:3} Kraków", "Storgatan {nz:1}{d:1}, {nz:1}{d:2} {d:2} Uppsala",
];
/** International forms, by the national numbering plans. */
const PHONES = [
  "+44 20 7183 {d:4}", "+44 7{d:3} {d:6}", "+49 30 {d:8}", "+49 151 {d:8}", "+33 6 {d:2} {d:2} {d:2} {d:2}", "+33 1 42 {d:2} {d:2} {d:2}",
  "+34 6{d:2} {d:3} {d:3}", "+39 3{d:2} {d:7}", "+31 6 {d:8}", "+48 5{d:2} {d:3} {d:3}", "+46 70 {d:3} {d:2} {d:2}", "+47 9{d:2} {d:2} {d:3}",
  "+45 2{d:1} {d:2} {d:2} {d:2}", "+32 47{d:1} {d:2} {d:2} {d:2}", "+41 79 {d:3} {d:2} {d:2}", "+43 664 {d:7}", "+353 87 {d:3} {d:4}", "+55 11 9{d:4}-{d:4}",
  "+91 98{d:3} {d:5}", "+61 4{d:2} {d:3} {d:3}", "+81 90-{d:4}-{d:4}", "+86 138 {d:4} {d:4}", "+52 55 {d:4} {d:4}", "+27 82 {d:3} {d:4}",
  "+972 54-{d:3}-{d:4}", "+1 416-46{d:1}-{d:4}", "+1 (212) 73{d:1}-{d:4}", "+65 9{d:3} {d:4}", "+351 91{d:1} {d:3} {d:3}", "+447{d:9}", "+4915{d:9}", "+336{d:8}",
];
/** National forms, that need a word beside them. */
const NATIONAL = [
  "020 7183 {d:4}", "07{d:3} {d:6}", "030/{d:8}", "0151 {d:8}", "06 {d:2} {d:2} {d:2} {d:2}", "06-{d:8}", "070-{d:3} {d:2} {d:2}", "(11) 9{d:4}-{d:4}", "04{d:2} {d:3} {d:3}", "098{d:3} {d:5}",
];
/** Countries of the IBAN registry with the form of their account numbers. */
const IBANS: Readonly<Record<string, string>> = {
  DE: "n".repeat(18), FR: "n".repeat(23), GB: `aaaa${"n".repeat(14)}`, NL: `aaaa${"n".repeat(10)}`, ES: "n".repeat(20), IT: `a${"n".repeat(22)}`,
  BE: "n".repeat(12), AT: "n".repeat(16), CH: "n".repeat(17), PL: "n".repeat(24), SE: "n".repeat(20), DK: "n".repeat(14), NO: "n".repeat(11), FI: "n".repeat(14), PT: "n".repeat(21), IE: `aaaa${"n".repeat(14)}`,
};

function card(chance: Chance): string {
  const [prefix, length] = chance.pick(ISSUERS);
  const text = check.withLuhn(chance, prefix, length);
  const between = chance.pick(["", " ", "-"]);
  return length === 16
    ? text.replace(/(\d{4})(?=\d)/g, `$1${between}`)
    : text.replace(/^(\d{4})(\d{6})/, `$1${between}$2${between}`);
}

function iban(chance: Chance): string {
  const country = chance.pick(Object.keys(IBANS));
  const text = check.iban(chance, country, IBANS[country] ?? "");
  return chance.pick([text, text.replace(/(.{4})(?=.)/g, "$1 ")]);
}

function ssnArea(chance: Chance): string {
  const area = chance.between(1, 899);
  return String(area === 666 ? 667 : area).padStart(3, "0");
}

/** North American numbers: area and exchange begin with 2 to 9, and are none of the made-up ones of 555-01xx. */
function usPhone(chance: Chance): string {
  const area = chance.pick(["212", "415", "617", "312", "303", "206", "404", "713", "602", "503"]);
  const exchange = `${chance.text("2346789", 1)}${chance.text("023456789", 2)}`;
  const line = chance.text(DIGITS, 4);
  return chance.pick([`(${area}) ${exchange}-${line}`, `${area}-${exchange}-${line}`, `${area}.${exchange}.${line}`, `+1 ${area} ${exchange} ${line}`, `+1${area}${exchange}${line}`, `1-${area}-${exchange}-${line}`]);
}

function dob(chance: Chance): string {
  const [year, month, day] = [chance.between(1932, 2015), check.two(chance, 1, 12), check.two(chance, 1, 28)];
  const months = ["January", "March", "May", "July", "October", "December"];
  return chance.pick([`${year}-${month}-${day}`, `${month}/${day}/${year}`, `${day}.${month}.${year}`, `${day}/${month}/${year}`, `${chance.pick(months)} ${Number(day)}, ${year}`, `${Number(day)} ${chance.pick(months)} ${year}`]);
}

/** One form of a day of birth each, for places that have a form of their own. */
function dobForms(): Readonly<Record<string, (chance: Chance) => string>> {
  const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
  const drawn = (chance: Chance) => ({
    year: String(chance.between(1928, 2016)),
    month: chance.between(1, 12),
    day: chance.between(1, 28),
  });
  const two = (number: number): string => String(number).padStart(2, "0");
  return {
    dobiso: (chance) => {
      const { year, month, day } = drawn(chance);
      return `${year}-${two(month)}-${two(day)}`;
    },
    dobcompact: (chance) => {
      const { year, month, day } = drawn(chance);
      return `${year}${two(month)}${two(day)}`;
    },
    dobdmy: (chance) => {
      const { year, month, day } = drawn(chance);
      return chance.pick([`${two(day)}.${two(month)}.${year}`, `${two(day)}/${two(month)}/${year}`, `${day}.${month}.${year}`]);
    },
    dobmdy: (chance) => {
      const { year, month, day } = drawn(chance);
      return chance.pick([`${two(month)}/${two(day)}/${year}`, `${month}/${day}/${year}`, `${two(month)}-${two(day)}-${year}`]);
    },
    dobmon: (chance) => {
      const { year, month, day } = drawn(chance);
      const name = months[month - 1] ?? "May";
      return chance.pick([`${day} ${name} ${year}`, `${two(day)} ${name.slice(0, 3).toUpperCase()} ${year}`, `${day}-${name.slice(0, 3)}-${year}`, `${name} ${day}, ${year}`]);
    },
    dobshort: (chance) => {
      const { year, month, day } = drawn(chance);
      return chance.pick([`${month}/${day}/${year.slice(2)}`, `${two(month)}/${two(day)}/${year.slice(2)}`, `${two(day)}.${two(month)}.${year.slice(2)}`]);
    },
  };
}
