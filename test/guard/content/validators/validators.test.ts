// The validators against numbers that their public descriptions print, and against the same numbers with a character changed.
import { describe, expect, it } from "vitest";
import {
  isOneCharacter,
  mod97,
  passesLuhn,
  passesMod11And10,
  passesMod11And2,
  passesVerhoeff,
} from "#guard/content/validators/check-digits.ts";
import { IBAN_MAX, ibanLength, isIban } from "#guard/content/validators/iban.ts";
import * as americas from "#guard/content/validators/national/americas-africa.ts";
import * as asia from "#guard/content/validators/national/asia-pacific.ts";
import * as east from "#guard/content/validators/national/eastern-europe.ts";
import * as north from "#guard/content/validators/national/northern-europe.ts";
import * as south from "#guard/content/validators/national/southern-europe.ts";
import * as west from "#guard/content/validators/national/western-europe.ts";
import { isPaymentCard, isTestCard } from "#guard/content/validators/payment-card.ts";
import * as us from "#guard/content/validators/us-identifiers.ts";

type Row = readonly [name: string, test: (text: string) => boolean, good: string, bad: string];

/** Each good one is an example of its specification or of the office's own pages; each bad one says a way to be wrong. */
const ROWS: readonly Row[] = [
  ["luhn", passesLuhn, "79927398713 0 18 4242424242424242", "79927398710 1 81"],
  ["verhoeff", passesVerhoeff, "2363 234123412346", "2364 2336"],
  ["mod 11,10", passesMod11And10, "33392005961 86095742719", "33392005962"],
  ["mod 11-2", passesMod11And2, "11010519491231002X 07940", "110105194912310020"],
  ["one character", isOneCharacter, "0000 x", "0001"],
  [
    "card",
    isPaymentCard,
    "4539578763621486 5425233430109903 374245455400126 6011000991300009 3566111111111113 503827190466 180029473618503 213158274093615 6222027183649502710 30429184650377 8600492718364058",
    "4539578763621487 1234567812345670 453957876362148 503827190467 18002947361850 3071",
  ],
  [
    "test card",
    isTestCard,
    "4111111111111111 4242424242424242 4000000000000077 378282246310005",
    "4539578763621486 5425233430109903",
  ],
  [
    "iban",
    isIban,
    "GB82WEST12345698765432 DE89370400440532013000 NL91ABNA0417164300 FR1420041010050500013M02606 MT84MALT011000012345MTLCAST001S",
    "GB82WEST12345698765433 GB82WEST1234569876543 ZZ82WEST12345698765432 gb82west12345698765432",
  ],
  [
    "ssn",
    us.isSsn,
    "536904399 219091234 899999999",
    "000123456 666123456 900123456 536004399 536900000 078051120 123456789 111111111 53690439",
  ],
  ["itin", us.isItin, "912701234 999941234", "812701234 912491234 912931234"],
  ["npi", us.isNpi, "1234567893 1245319599", "1234567890 3234567893 123456789"],
  ["mbi", us.isMbi, "1EG4TE5MK73 1EG4TE5MK72", "0EG4TE5MK73 1SG4TE5MK73 1EG4TE5MK7 1EGATE5MK73"],
  ["dea", us.isDea, "AB1234563 F91234563", "AB1234567 ZB1234563 A11234563"],
  ["routing", us.isRoutingNumber, "021000021 122105155 011401533", "021000022 990000021 000000000"],
  ["nhs", north.isNhsNumber, "9434765919 4010232137", "9434765918 9999999999 9990000018"],
  [
    "nino",
    north.isNino,
    "AB123456C JG103759A",
    "QQ123456C BG123456A AO123456A AB123456E DA123456A",
  ],
  ["pps", north.isPps, "6433435F 6433435FW", "6433435E 6433435Z 643343F"],
  [
    "personnummer",
    north.isPersonnummer,
    "8112189876 6408233234 198112189876 7010632391",
    "8112189877 8113189876 178112189876",
  ],
  ["cpr", north.isCpr, "0707614285 2110625629", "0707614286 3207614285"],
  ["hetu", north.isHetu, "131052-308T 131052A308T", "131052-308U 131352-308T 131052-001T"],
  ["fodselsnummer", north.isFodselsnummer, "15108695088", "15108695089 15138695088"],
  ["kennitala", north.isKennitala, "1201743399", "1201743389 1201743397"],
  ["baltic", north.isBalticCode, "37605030299 38703181745", "37605030298 37613030299"],
  [
    "steuer-id",
    west.isSteuerId,
    "86095742719 47036892816 65929970489",
    "86095742718 01234567890 12345678901",
  ],
  [
    "rentenversicherung",
    west.isRentenversicherungsnummer,
    "65170839J003 15070649C103",
    "65170839J004 65471339J003",
  ],
  [
    "nir",
    west.isNir,
    "255081416802538 269054958815780",
    "255081416802539 955081416802538 255131416802538",
  ],
  ["bsn", west.isBsn, "111222333 123456782", "111222334 000000000"],
  ["niss", west.isNiss, "85073003328", "85073003329 85133003328"],
  ["ahv", west.isAhv, "7569217076985", "7569217076986 7560000000002"],
  ["svnr", west.isSvnr, "1237010180", "1236010180 1237011680 0237010180"],
  ["dni", south.isDni, "54362315K", "54362315A 12345678Z 00000000T"],
  ["nie", south.isNie, "X2482300W X5253868R", "X2482300A W2482300W"],
  [
    "codice fiscale",
    south.isCodiceFiscale,
    "RSSMRA85T10A562S MRTMTT25D09F205Z",
    "RSSMRA85T10A562T RSSMRA85T35A562S RSSMRA85T10",
  ],
  ["amka", south.isAmka, "01013099997", "01013099998 32013099997"],
  ["nif", south.isNif, "234567899", "234567898 534567899 123456789"],
  ["oib", south.isOib, "33392005961", "33392005960"],
  ["jmbg", south.isJmbg, "0101006500006", "0101006500007"],
  ["tckn", south.isTckn, "10000000146 17291716060", "10000000147 00000000146"],
  ["pesel", east.isPesel, "44051401359 02070803628", "44051401358 44133201358"],
  ["rodne cislo", east.isRodneCislo, "7103192745", "7103192746 7143192745"],
  ["egn", east.isEgn, "7523169263 7501020018", "7523169264 7513169263"],
  ["cnp", east.isCnp, "1630615123457", "1630615123458 1631315123457"],
  ["taj", east.isTaj, "123456788", "123456789"],
  ["snils", east.isSnils, "11223344595", "11223344596 00000100000"],
  ["sin", americas.isSin, "130692544 193456787", "046454286 130692545 800000002"],
  ["cpf", americas.isCpf, "11144477735 52998224725", "11144477736 11111111111 12345678909"],
  ["cnpj", americas.isCnpj, "11222333000181", "11222333000182 00000000000000"],
  ["cuit", americas.isCuit, "20055361682", "20055361683 90055361682"],
  ["rut", americas.isRut, "125319092 760864285 1000005K", "125319093 11111111"],
  ["curp", americas.isCurp, "BOXW310820HNERXN09", "BOXW310820HNERXN08 BOXW311320HNERXN09"],
  [
    "south africa",
    americas.isSouthAfricanId,
    "8001015009087 7503305044089",
    "8001015009088 8013015009087",
  ],
  [
    "aadhaar",
    asia.isAadhaar,
    "234123412346 499118665246",
    "234123412347 134123412346 222222222222",
  ],
  ["pan", asia.isPan, "ABCPE1234F", "ABCDE1234F ABCPE0000F ABCPE123"],
  ["china", asia.isChineseId, "11010519491231002X", "110105194912310020 11010518491231002X"],
  ["hong kong", asia.isHongKongId, "G123456A A1234563", "G1234563 A123456A"],
  ["taiwan", asia.isTaiwaneseId, "A123456789", "A123456788 A323456789"],
  ["my number", asia.isMyNumber, "123456789018", "123456789019 111111111111"],
  ["korea", asia.isKoreanRrn, "8803201234564", "8803201234565 8813201234564"],
  ["nric", asia.isNric, "S1234567D F1234567N G1234567X T1234567J", "S1234567E A1234567D"],
  ["thai", asia.isThaiId, "1234567890121", "1234567890122"],
  ["israel", asia.isIsraeliId, "123456782 039337423", "123456783"],
  ["tfn", asia.isTfn, "123456782 876543210", "123456781"],
  ["medicare", asia.isAustralianMedicare, "2123456701", "2123456711 1123456701 2123456700"],
  ["ihi", asia.isIhi, "8003608166690503", "8003608166690504 8004608166690503"],
  ["ird", asia.isIrd, "49091850 35901981 136410132", "49091851 136410133 9125568"],
  ["nhi", asia.isNhi, "ZZZ0016 PRP1660", "ZZZ0017 IAA0016"],
];

describe.each(ROWS)("%s", (_name, test, good, bad) => {
  it.each(good.split(" "))("accepts %s", (text) => {
    expect(test(text)).toBe(true);
  });
  it.each(bad.split(" "))("refuses %s", (text) => {
    expect(test(text)).toBe(false);
  });
});

const ALGORITHMS = ["luhn", "verhoeff", "mod 11,10", "mod 11-2", "one character", "test card"];
const numbers = ROWS.filter(([name]) => !ALGORITHMS.includes(name));

it.each(numbers)("%s refuses what is no number, whatever it is", (_name, test) => {
  for (const text of ["", " ", "x".repeat(3000), "1".repeat(3000), "-1", "é", "NaN"]) {
    expect(test(text)).toBe(false);
  }
});

it("takes the remainder of numbers that no integer holds", () => {
  expect(mod97("3214282912345698765432161182")).toBe(1);
  expect(mod97("WEST12345698765432GB82")).toBe(1);
});

it("knows how long the account numbers of a country are", () => {
  expect(ibanLength("NO")).toBe(15);
  expect(ibanLength("RU")).toBe(IBAN_MAX);
  expect(ibanLength("US")).toBeUndefined();
  expect(ibanLength("__proto__")).toBeUndefined();
});
